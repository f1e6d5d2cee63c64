/// A finished image as files: a bare ext4 disk (sparse, raw), and what boots it.
public struct BuiltImage: Hashable, Sendable {
    /// How long a phase took.
    public struct PhaseTime: Hashable, Sendable {
        public let phase: BuildPhase
        public let time: Duration
    }

    /// Holds the files below and nothing else; whoever asked for the build removes it when it is published.
    public let directory: String
    public let disk: String
    public let kernel: String
    public let initrd: String
    /// The kernel's command line.
    public let commandLine: String
    /// Every installed package as `name=version`, sorted.
    public let packages: [String]
    public let phases: [PhaseTime]
    /// What the tools said.
    public let log: String

    /// The names inside ``directory``.
    enum Name {
        static let disk = "disk.raw"
        static let kernel = "kernel"
        static let initrd = "initrd"
    }

    public var time: Duration { phases.reduce(.zero) { $0 + $1.time } }
}
