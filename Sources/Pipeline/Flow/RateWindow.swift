public import Basics

/// How fast a count grows, over the last two seconds.
///
/// Whoever counts adds to a number of its own; the window looks at that number a few times a second, so that nothing is
/// done for it slice by slice.
public struct RateWindow: Hashable, Sendable {
    private struct Look: Hashable {
        let at: Instant
        let count: Int64
    }

    /// How far back it reaches.
    public static let span: Duration = .seconds(2)
    /// Looks that follow each other sooner are left out.
    public static let spacing: Duration = .milliseconds(200)

    /// Oldest first; the first one is about ``span`` old.
    private var looks: [Look] = []

    public init() {}

    /// Looks at the count. One that is lower than before was begun anew.
    public mutating func look(at count: Int64, now: Instant) {
        if let last = looks.last {
            if count < last.count {
                looks.removeAll(keepingCapacity: true)
            } else if now - last.at < Self.spacing {
                return
            }
        }
        looks.append(Look(at: now, count: count))
        // One look before the span stays as the base, unless nobody has looked for long.
        while looks.count > 1, now - looks[1].at >= Self.span { looks.removeFirst() }
        if looks.count > 1, now - looks[0].at > Self.span * 2 { looks.removeFirst() }
    }

    /// Units a second; nil before there were two looks, 0 when nobody has looked for longer than the window.
    public func rate(now: Instant) -> Int64? {
        guard looks.count > 1, let first = looks.first, let last = looks.last else { return nil }
        guard now - last.at <= Self.span else { return 0 }
        let nanoseconds = Double(max(1, (last.at - first.at).wholeNanoseconds))
        return Int64(exactly: (Double(last.count &- first.count) / nanoseconds * 1e9).rounded()) ?? .max
    }
}
