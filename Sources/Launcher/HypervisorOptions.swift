/// How the hypervisor is opened. The root is where libvirt keeps its state, sockets and the logs of QEMU.
public struct HypervisorOptions: Hashable, Sendable {
    /// An absolute path of at most ``LauncherLimits/embedRootBytes`` bytes. Keep it between runs: a new one costs
    /// about 4 seconds of probing, a known one some milliseconds.
    public var root: String
    public var emulator: String
    public var user: QEMUUser
    /// How many libvirt calls run at a time; each blocks for 0.2 to 0.4 s at a start.
    public var workers: Int
    /// Whether this process becomes the parent of its QEMU processes; see ``Subreaper``.
    public var adoptsGuests: Bool

    public init(
        root: String, emulator: String = "/usr/bin/qemu-system-x86_64", user: QEMUUser = .root, workers: Int = 4,
        adoptsGuests: Bool = true
    ) {
        self.root = root
        self.emulator = emulator
        self.user = user
        self.workers = workers
        self.adoptsGuests = adoptsGuests
    }
}
