/// How a lab is raised.
public struct LabOptions: Sendable {
    /// Asks the peer behind a control socket how many peers it sees alive, itself included.
    public typealias PeersAlive = @Sendable (_ socket: String) async throws -> Int

    /// False: only the network, without peers.
    public var startsPeers = true
    /// Stores in memory (a tmpfs) instead of on disk.
    public var keepsDataInMemory = false
    /// Passed on to the peers: `auto`, `kvm` or `tcg`.
    public var accelerator = "auto"
    /// Whether peers measure their links by bursts of their own; off where something else is measured.
    public var probes = true
    /// Whether peers are told what the file says of their links, instead of having to find out.
    public var tellsRates = false
    /// Whether each site is a group of its own; see the peers' `gossip: {segments: sites}`.
    public var segmentsAreSites = false
    /// How long nothing may get better before raising a lab is given up.
    public var stall: Duration = .seconds(30)
    /// False: the peers wait at the gate, and raising ends there; ``LabRun/openGate(lab:)`` lets them join.
    public var opensGate = true
    /// No UDP gets through in any host from the beginning on; ``LabRun/dropUDP(_:lab:)`` changes it later.
    public var dropsUDP = false
    /// Nil: a child `skein status --json`.
    public var peersAlive: PeersAlive?
    /// Places in the topology's hosts whose peers are not started; ``LabRun/startPeer(host:lab:options:)`` does it later.
    public var absent: Set<Int> = []
    /// The most that stores in memory may take; nil: half of the machine's memory, as the kernel has it.
    public var memoryBytes: Int64?
    /// Assembled copies on disk although the rest of the stores is in memory.
    public var keepsCopiesOnDisk = false

    public init() {}
}
