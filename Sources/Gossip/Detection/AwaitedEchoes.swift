import Basics

/// Pings that were sent only to learn how long the way is at the moment.
struct AwaitedEchoes: Sendable {
    private struct Awaited: Sendable {
        let target: PeerID
        let sequence: UInt32
        let sent: Instant
    }

    /// In the order in which they were sent.
    private var all: [Awaited] = []
    static let limit = 256

    /// Where there is no room the one that is waited for longest is given up.
    mutating func await(_ target: PeerID, _ sequence: UInt32, now: Instant) {
        if all.count >= Self.limit { all.removeFirst(Self.limit / 4) }
        all.append(Awaited(target: target, sequence: sequence, sent: now))
    }

    /// How long the answer took; nil when it was not waited for.
    mutating func take(_ sequence: UInt32, of target: PeerID, now: Instant) -> Duration? {
        guard let place = all.firstIndex(where: { $0.sequence == sequence && $0.target == target }) else { return nil }
        return now - all.remove(at: place).sent
    }
}
