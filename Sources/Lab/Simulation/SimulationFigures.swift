/// What a simulation itself did and took; beside the figures that it shares with real runs.
public struct SimulationFigures: Codable, Sendable, Hashable {
    /// Events of virtual time.
    public var events: Int64
    /// Seconds of this machine's clock.
    public var wall: Double
    /// Bytes of a slice; larger than the real ones where the simulation is coarse.
    public var sliceBytes: Int
    /// Groups that gossip, and the seconds that the median and the last of them took to one view; 0 where they began
    /// settled.
    public var gossipGroups: Int
    public var joinMedian: Double
    public var joinLast: Double
    /// Sent by a peer each second on average, with headers.
    public var gossipBytesPerSecond: Double

    enum CodingKeys: String, CodingKey {
        case events
        case wall = "wall_s"
        case sliceBytes = "slice_bytes"
        case gossipGroups = "gossip_groups"
        case joinMedian = "join_p50_s"
        case joinLast = "join_last_s"
        case gossipBytesPerSecond = "gossip_bytes_per_s"
    }
}
