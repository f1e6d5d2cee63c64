public import Basics

/// The two numbers of a host: what it can send and what it can receive.
///
/// Two a host and one per pair of sites are all that is kept: N squared pairs would cost more to know than they save.
public struct HostBandwidth: Sendable {
    public private(set) var down = DirectionEstimate()
    public private(set) var up = DirectionEstimate()

    public init() {}

    public subscript(direction: ProbeDirection) -> DirectionEstimate {
        switch direction {
        case .down: down
        case .up: up
        }
    }

    public mutating func add(_ sample: BandwidthSample, to direction: ProbeDirection, now: Instant) {
        switch direction {
        case .down: down.add(sample, now: now)
        case .up: up.add(sample, now: now)
        }
    }

    public func forecast(of direction: ProbeDirection, now: Instant) -> RateForecast? {
        self[direction].forecast(now: now)
    }
}
