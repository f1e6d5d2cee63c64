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

    /// Takes a passive sample.
    public mutating func add(_ sample: BandwidthSample, to direction: ProbeDirection, now: Instant) {
        switch direction {
        case .down: down.add(sample, now: now)
        case .up: up.add(sample, now: now)
        }
    }

    /// Takes the samples of a burst.
    public mutating func add(_ burst: BurstResult, now: Instant) {
        switch burst.direction {
        case .down: down.add(burst, now: now)
        case .up: up.add(burst, now: now)
        }
    }

    public func forecast(of direction: ProbeDirection, now: Instant) -> RateForecast? {
        self[direction].forecast(now: now)
    }
}
