public import Basics

/// How a topology is simulated.
public struct SimulationOptions: Sendable {
    /// How much of gossip runs.
    public enum Gossip: String, Sendable, CaseIterable {
        /// Joins and detection at every peer; groups above ``SimulationLimits/joiningPeers`` begin with a settled view,
        /// and above ``SimulationLimits/gossipPeers`` every site is a group of its own.
        case on
        /// Everybody knows everybody from the start, at no cost.
        case off
    }

    /// Decides who is who, what gossip draws, and is added to the seeds of events.
    public var seed: UInt64 = 0
    /// The PeerIDs of hosts, in their order; those that are not given are drawn from the seed.
    public var peers: [PeerID?] = []
    /// How often; each with a seed of its own, from ``seed`` on.
    public var repeats = 1
    /// Bytes of a slice; larger ones are coarser and faster to simulate. Nil: the real ones, as long as they are no more
    /// than ``SimulationLimits/slices``.
    public var sliceBytes: Int?
    public var gossip = Gossip.on
    /// Virtual time without any byte after which the run ends with hosts unfinished.
    public var patience: Duration = .seconds(90)
    public var parameters = SimulationParameters()

    public init() {}

    /// The bytes of a slice for a topology.
    func sliceBytes(for topology: Topology) -> Int {
        if let sliceBytes { return sliceBytes }
        let bytes = topology.images.reduce(0.0) { sum, image in
            switch image.content {
            case .generated(let size, let zero, _):
                sum + Double(size.bytes) * (1 - zero) * (image.changedSincePrevious ?? 1)
            case .file: sum
            }
        }
        var slice = FormatLimits.sliceBytes
        while slice < FormatLimits.chunkBytes,
            bytes * Double(topology.hosts.count) / Double(slice) > Double(SimulationLimits.slices)
        {
            slice *= 2
        }
        return slice
    }
}
