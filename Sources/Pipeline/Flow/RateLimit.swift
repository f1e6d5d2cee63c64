public import Basics

/// How much may be moved when no more than a rate is allowed: by bytes, with bursts of a fiftieth of a second.
///
/// Something may be moved as long as nothing is owed; so what is moved as a whole may be larger than a burst.
public struct RateLimit: Hashable, Sendable {
    /// Bytes per second; at least one.
    public private(set) var rate: Int
    /// When something may be moved next: all that was moved is worth its time then.
    public private(set) var next = Instant.origin

    public init(bytesPerSecond: Int) { rate = max(1, bytesPerSecond) }

    /// Another rate from now on; what is owed by then is worth its time at that.
    public mutating func change(to bytesPerSecond: Int, now: Instant) {
        let old = rate
        rate = max(1, bytesPerSecond)
        guard next > now else { return }
        let owed = Double((next - now).wholeNanoseconds) * Double(old) / Double(rate)
        next = now + .nanoseconds(Int64(min(owed, 1e15)))
    }

    /// Whether something may be moved now.
    public func allows(now: Instant) -> Bool { now >= next }

    /// So many bytes are moved now.
    public mutating func moved(_ bytes: Int, now: Instant) {
        // A pause gives no right to more than one burst.
        let from = max(next.nanoseconds, now.nanoseconds - Self.burst.wholeNanoseconds)
        next = Instant(nanoseconds: from) + .nanoseconds(Int64(Double(bytes) / Double(rate) * 1e9))
    }

    private static let burst: Duration = .milliseconds(20)
}
