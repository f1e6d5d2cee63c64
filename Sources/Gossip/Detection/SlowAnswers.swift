import Basics

/// Probes without an answer in time: it is still waited for, longer of peers that are known to be slow, and nobody is told.
///
/// The papers know one timeout for everybody. With a quarter of a thousand hosts starved of processor time each was suspected
/// about once a second, told to everybody and refuted before everybody, which is a quarter of a million signatures to be
/// checked each second.
struct SlowAnswers: Sendable {
    struct Awaited: Sendable {
        let target: PeerID
        let sequence: UInt32
        /// When it counts as silent after all.
        let until: Instant
    }

    private(set) var all: [Awaited] = []
    static let limit = 32

    /// False when there is no room, or it is waited for already.
    mutating func await(_ target: PeerID, _ sequence: UInt32, until: Instant) -> Bool {
        guard all.count < SlowAnswers.limit, !all.contains(where: { $0.target == target }) else { return false }
        if all.capacity == 0 { all.reserveCapacity(SlowAnswers.limit) }
        all.append(Awaited(target: target, sequence: sequence, until: until))
        return true
    }

    /// Whether this is an answer that was waited for.
    mutating func take(_ sequence: UInt32, of target: PeerID) -> Bool {
        let found = all.firstIndex { $0.sequence == sequence && $0.target == target }
        guard let place = found else { return false }
        all.swapAt(place, all.count - 1)
        all.removeLast()
        return true
    }

    /// The next whose time is over.
    mutating func takeSilent(_ now: Instant) -> PeerID? {
        guard let place = all.firstIndex(where: { $0.until <= now }) else { return nil }
        all.swapAt(place, all.count - 1)
        return all.removeLast().target
    }

    var nextDeadline: Instant { all.reduce(.never) { min($0, $1.until) } }
}
