/// Which accelerator boots a kernel on this host, and how that is known.
public struct AcceleratorVerdict: Hashable, Sendable {
    /// One candidate that was tried: its name, and why it failed or how long it took.
    public struct Attempt: Hashable, Sendable {
        public let accelerator: Accelerator
        public let finding: String

        public init(accelerator: Accelerator, finding: String) {
            self.accelerator = accelerator
            self.finding = finding
        }
    }

    public let accelerator: Accelerator
    /// Whether the answer was remembered; then nothing was tried.
    public let isRemembered: Bool
    public let attempts: [Attempt]

    public init(accelerator: Accelerator, isRemembered: Bool, attempts: [Attempt]) {
        self.accelerator = accelerator
        self.isRemembered = isRemembered
        self.attempts = attempts
    }
}
