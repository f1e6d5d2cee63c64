/// How a lab is raised.
public struct LabOptions: Sendable {
    /// Asks the peer behind a control socket for the peers it knows.
    public typealias Members = @Sendable (_ socket: String) async throws -> [LabMember]

    /// False: only the network, without peers.
    public var startsPeers = true
    /// Stores in memory (a tmpfs) instead of on disk.
    public var keepsDataInMemory = false
    /// Passed on to the peers: `auto`, `kvm` or `tcg`.
    public var accelerator = "auto"
    /// How long nothing may get better before raising a lab is given up.
    public var stall: Duration = .seconds(30)
    /// Nil: a child `skein peers --json`.
    public var members: Members?

    public init() {}
}
