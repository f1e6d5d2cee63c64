public import Basics

/// How many bytes a socket may take ahead of what it has sent: as much as its rate needs.
///
/// What is sent next shall be decided late, or shares of an uplink are not what was planned. But a socket that takes
/// little wakes its peer often: at 100 MB/s 128 KiB are a wakeup and some system calls every 0.7 ms, a twentieth of all
/// processor time.
public struct UnsentLimit: Hashable, Sendable {
    /// What the socket may take now.
    public private(set) var bytes = PipelineLimits.unsentBytes(rate: 0)
    private var sent = 0
    private var lastRate = 0
    private var lastLook: Instant?

    public init() {}

    /// The peer has given the socket bytes.
    public mutating func sent(_ bytes: Int) { sent += bytes }

    /// Due every ``PipelineLimits/progressInterval``.
    ///
    /// - Returns: another limit; nil when it stays.
    public mutating func look(now: Instant) -> Int? {
        defer {
            sent = 0
            lastLook = now
        }
        guard let lastLook, now > lastLook else { return nil }
        let rate = Int(Double(sent) * 1e9 / Double((now - lastLook).wholeNanoseconds))
        // The first burst fills queues and is no rate, so the lower of two counts.
        let next = PipelineLimits.unsentBytes(rate: min(rate, lastRate))
        lastRate = rate
        // A system call for every small change is worth none.
        guard next > bytes * 5 / 4 || next < bytes * 4 / 5 else { return nil }
        bytes = next
        return next
    }
}

extension PipelineLimits {
    /// What a socket may take ahead at a rate in bytes per second.
    public static func unsentBytes(rate: Int) -> Int {
        max(leastUnsentBytes, min(mostUnsentBytes, rate / unsentShare))
    }
}
