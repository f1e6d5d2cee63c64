public import Basics

/// How fast a count grows just now: for whoever decides something several times a second. ``RateWindow`` is steadier.
public struct RateGauge: Sendable {
    /// Units per second.
    public private(set) var rate = 0
    /// Looks since it began.
    public private(set) var looks = 0
    private var last: (at: Instant, count: Int64)?

    public init() {}

    /// Looks at the count; one that is lower than before was begun anew. Looks at the same moment are left out.
    public mutating func look(at count: Int64, now: Instant) {
        guard let last, count >= last.count else {
            self = RateGauge()
            last = (now, count)
            return
        }
        let nanoseconds = (now - last.at).wholeNanoseconds
        guard nanoseconds > 0 else { return }
        let current = Int(min(1e15, Double(count - last.count) * 1e9 / Double(nanoseconds)))
        // The newest third counts as much as all before.
        rate = looks == 0 ? current : (rate * 2 + current) / 3
        looks += 1
        self.last = (now, count)
    }

}
