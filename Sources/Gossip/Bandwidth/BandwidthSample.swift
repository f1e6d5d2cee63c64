public import Basics

/// One measurement of one direction of a host: it carried this much.
public struct BandwidthSample: Hashable, Sendable {
    public var rate: BitRate
    public var duration: Duration
    /// Who was at the other end, and may have been the limit; nil when there were several.
    public var partner: PeerID?

    public init(rate: BitRate, duration: Duration, partner: PeerID? = nil) {
        self.rate = rate
        self.duration = duration
        self.partner = partner
    }

    /// A rate from bytes, or nil when no time passed. Any numbers are survived.
    public init?(bytes: UInt64, duration: Duration, partner: PeerID? = nil) {
        let nanoseconds = duration.wholeNanoseconds
        guard nanoseconds > 0 else { return nil }
        let bits = Double(bytes) * 8 / (Double(nanoseconds) / 1e9)
        self.init(
            rate: BitRate(bitsPerSecond: Int64(min(bits, Double(BandwidthLimits.bitsPerSecond)))), duration: duration,
            partner: partner)
    }

    /// False for what no estimate may be built on: too short, nothing, or absurd.
    var isUsable: Bool {
        duration >= BandwidthLimits.leastSample && rate.bitsPerSecond > 0
            && rate.bitsPerSecond < BandwidthLimits.bitsPerSecond
    }
}
