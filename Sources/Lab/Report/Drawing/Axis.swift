/// A linear scale with round ticks.
struct Axis {
    let domain: ClosedRange<Double>
    let range: ClosedRange<Double>
    let step: Double
    let ticks: [Double]

    /// - Parameters:
    ///   - values: what must be on the axis; it ends at the next tick below and above.
    ///   - range: where the axis begins and ends in the drawing.
    ///   - count: about how many ticks there should be.
    ///   - isTime: seconds, whose steps above 10 are those of a clock.
    ///   - isWhole: things that are counted.
    init(
        values: ClosedRange<Double>, range: ClosedRange<Double>, count: Int, isTime: Bool = false, isWhole: Bool = false
    ) {
        let low = values.lowerBound.isFinite ? values.lowerBound : 0
        let high = values.upperBound.isFinite ? values.upperBound : low + 1
        let span = max(high - low, max(abs(high), 1e-3) * 1e-3)
        step = Self.step(atLeast: span / Double(max(1, count)), isTime: isTime, isWhole: isWhole)
        let first = (low / step + 1e-9).rounded(.down)
        let last = max(first + 1, (high / step - 1e-9).rounded(.up))
        let tickStep = step
        domain = (first * step)...(last * step)
        ticks = (0...Int(last - first)).map { (first + Double($0)) * tickStep }
        self.range = range
    }

    func position(_ value: Double) -> Double {
        let share = (value - domain.lowerBound) / (domain.upperBound - domain.lowerBound)
        return range.lowerBound + min(max(share, 0), 1) * (range.upperBound - range.lowerBound)
    }

    /// A tick's label with as many decimals as the step has.
    func label(_ tick: Double) -> String {
        var digits = 0
        var unit = step
        while digits < 4, abs(unit - unit.rounded()) > 1e-6 * unit {
            unit *= 10
            digits += 1
        }
        return Fixed.text(tick, digits)
    }

    /// Ticks in seconds: `5 s`, or `2:30 min` when the axis is longer than three minutes.
    func timeLabel(_ tick: Double) -> String {
        if tick == 0 { return "0" }
        guard domain.upperBound > 180 else { return "\(label(tick)) s" }
        let seconds = Int(tick.rounded())
        return "\(seconds / 60):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60) min"
    }

    private static func step(atLeast least: Double, isTime: Bool, isWhole: Bool) -> Double {
        let clock: [Double] = [10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600]
        if isTime, least > 5, let step = clock.first(where: { $0 >= least }) { return step }
        var power = 1e-6
        while power * 10 <= least { power *= 10 }
        let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= least * (1 - 1e-9) } ?? 10 * power
        return isWhole ? max(1, step) : step
    }
}
