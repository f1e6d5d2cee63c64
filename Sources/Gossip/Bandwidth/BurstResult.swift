/// What a burst of probes showed.
public struct BurstResult: Hashable, Sendable {
    public let direction: ProbeDirection
    /// Intervals of at least ``BandwidthLimits/leastSample``; none when nobody had time.
    public let samples: [BandwidthSample]
    /// True when this host was shown to be the limit.
    public let isConclusive: Bool
    /// Partners that had no time, or were lost.
    public let refusals: Int
    /// What the burst moved.
    public let bytes: UInt64
    /// Partners at its end.
    public let partners: Int
}
