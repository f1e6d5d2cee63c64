import Basics

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
    /// Its stages, for those who want to see why.
    public let stages: [Stage]

    /// What one stage measured.
    public struct Stage: Hashable, Sendable {
        public let partners: Int
        /// Bytes a second: all, and the partners that were new.
        public let rate: Double
        public let new: Double
    }

    public init(
        direction: ProbeDirection, samples: [BandwidthSample], isConclusive: Bool, refusals: Int = 0, bytes: UInt64 = 0,
        partners: Int = 1, stages: [Stage] = []
    ) {
        self.direction = direction
        self.samples = samples
        self.isConclusive = isConclusive
        self.refusals = refusals
        self.bytes = bytes
        self.partners = partners
        self.stages = stages
    }
}

extension BurstResult.Stage: CustomStringConvertible {
    public var description: String {
        "\(partners): \(BitRate(bitsPerSecond: Int64(rate * 8))), new \(BitRate(bitsPerSecond: Int64(new * 8)))"
    }
}
