public import Basics

/// One measurement of one direction of a host.
public struct BandwidthSample: Hashable, Sendable {
    /// What the measurement says about the host.
    public enum Evidence: Hashable, Sendable {
        /// The host was shown to be the limit.
        case limit
        /// It carried this much: the limit may have been the partner, or with nil one of several.
        case bound(partner: PeerID?)
    }

    public var rate: BitRate
    public var duration: Duration
    public var evidence: Evidence

    public init(rate: BitRate, duration: Duration, evidence: Evidence) {
        self.rate = rate
        self.duration = duration
        self.evidence = evidence
    }

    /// A rate from bytes, or nil when no time passed. Any numbers are survived.
    public init?(bytes: UInt64, duration: Duration, evidence: Evidence) {
        let nanoseconds = duration.wholeNanoseconds
        guard nanoseconds > 0 else { return nil }
        let bits = Double(bytes) * 8 / (Double(nanoseconds) / 1e9)
        self.init(
            rate: BitRate(bitsPerSecond: Int64(min(bits, Double(BandwidthLimits.bitsPerSecond)))), duration: duration,
            evidence: evidence)
    }

    /// False for what no estimate may be built on: too short, nothing, or absurd.
    var isUsable: Bool {
        duration >= BandwidthLimits.leastSample && rate.bitsPerSecond > 0
            && rate.bitsPerSecond < BandwidthLimits.bitsPerSecond
    }
}
