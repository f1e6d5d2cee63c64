public import Basics

/// What one direction of a host will carry, and how far off such forecasts were.
public struct RateForecast: Hashable, Sendable {
    /// Bits of TCP payload a second.
    public var rate: BitRate
    /// The mean error of the forecaster that made it, in percent of the rate; nil when nothing is known of that, as
    /// for a rate that is only known from below.
    public var errorPercent: UInt8?

    public init(rate: BitRate, errorPercent: UInt8? = nil) {
        self.rate = rate
        self.errorPercent = errorPercent
    }
}
