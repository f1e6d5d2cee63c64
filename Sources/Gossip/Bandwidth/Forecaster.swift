public import Basics

/// Forecasts the next sample of a rate: runs several simple forecasters and uses the one that was off least so far.
///
/// The set and the choice are those of the Network Weather Service (R. Wolski, "Dynamically forecasting network
/// performance using the Network Weather Service", Cluster Computing 1, 1998, sections 3 and 4): last value, running
/// mean, means and medians over sliding windows, exponential smoothing with several gains. Errors are taken relative
/// to the larger of forecast and sample, so that no sample can weigh more than 100 %.
///
/// The storage has a fixed size, and a sample allocates nothing.
public struct Forecaster: Sendable {
    /// The sliding windows, in samples, and the gains of the exponential ones.
    static let windows = [5, BandwidthLimits.windowSamples]
    static let gains = [0.05, 0.1, 0.2, 0.3, 0.5, 0.75]
    /// Last value, running mean; a mean and a median for each window; one for each gain.
    static let methods = 2 + 2 * windows.count + gains.count

    /// The last samples; a ring.
    private var ring = [Double](repeating: 0, count: BandwidthLimits.windowSamples)
    private var sorted = [Double](repeating: 0, count: BandwidthLimits.windowSamples)
    private var predictions = [Double](repeating: 0, count: methods)
    private var errors = [Double](repeating: 0, count: methods)
    public private(set) var sampleCount = 0

    public init() {}

    /// The forecast; nil before the first sample. Its error is known from the second sample on.
    public var forecast: RateForecast? {
        guard sampleCount > 0 else { return nil }
        let best = bestMethod
        let rate = BitRate(bitsPerSecond: Int64(predictions[best].rounded()))
        guard sampleCount > 1 else { return RateForecast(rate: rate) }
        return RateForecast(rate: rate, errorPercent: UInt8((errors[best] * 100).rounded(.up)))
    }

    /// Takes the next sample. Rates that are not positive, or not believed, are left out.
    public mutating func add(_ rate: BitRate) {
        guard rate.bitsPerSecond > 0, rate.bitsPerSecond < BandwidthLimits.bitsPerSecond else { return }
        let value = Double(rate.bitsPerSecond)
        if sampleCount > 0 { judge(value) }
        ring[sampleCount % ring.count] = value
        // Four thousand million samples are a century of them; the counter must still not overflow.
        sampleCount = min(sampleCount + 1, Int(Int32.max))
        predict(value)
    }

    private var bestMethod: Int {
        var best = 0
        for method in 1..<Forecaster.methods where errors[method] < errors[best] { best = method }
        return best
    }

    /// Charges every forecaster with its error.
    private mutating func judge(_ value: Double) {
        let weight = 1 / Double(min(sampleCount, BandwidthLimits.errorSamples))
        for method in 0..<Forecaster.methods {
            let error = abs(predictions[method] - value) / max(predictions[method], value)
            errors[method] += (error - errors[method]) * weight
        }
    }

    private mutating func predict(_ value: Double) {
        predictions[0] = value
        predictions[1] += (value - predictions[1]) / Double(sampleCount)
        var method = 2
        for window in Forecaster.windows {
            let count = min(window, sampleCount)
            predictions[method] = sort(last: count) / Double(count)
            predictions[method + 1] = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
            method += 2
        }
        for gain in Forecaster.gains {
            let before = sampleCount == 1 ? value : predictions[method]
            predictions[method] = before + (value - before) * gain
            method += 1
        }
    }

    /// Sorts the last samples into the beginning of `sorted`, and answers their sum.
    private mutating func sort(last count: Int) -> Double {
        var sum = 0.0
        for offset in 0..<count {
            let value = ring[(sampleCount - 1 - offset) % ring.count]
            sum += value
            var place = offset
            while place > 0, sorted[place - 1] > value {
                sorted[place] = sorted[place - 1]
                place -= 1
            }
            sorted[place] = value
        }
        return sum
    }
}
