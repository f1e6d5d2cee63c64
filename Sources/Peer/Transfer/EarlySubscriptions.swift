import Basics
import NIOCore

/// Children that ask for an image whose manifest has not come here yet: they wait for a while, since all hosts of an
/// install begin at once.
struct EarlySubscriptions {
    struct One {
        let session: Session
        let stream: UInt32
        let body: SubscribeBody
        /// Wants that it stands for, the last of which counts: each is to be answered.
        let wants: Int
        let until: NIODeadline
    }

    private var waiting: [One] = []

    var isEmpty: Bool { waiting.isEmpty }

    /// False when too many wait already, or this one has said too often what it wants.
    mutating func add(_ session: Session, stream: UInt32, _ body: SubscribeBody) -> Bool {
        let before = waiting.firstIndex { $0.session === session && $0.stream == stream }.map { waiting.remove(at: $0) }
        guard waiting.count < PeerLimits.earlySubscriptions, before?.wants ?? 0 < PeerLimits.earlyWants else {
            return false
        }
        waiting.append(
            One(
                session: session, stream: stream, body: body, wants: (before?.wants ?? 0) + 1,
                until: before?.until ?? .now() + .milliseconds(PeerLimits.earlySubscriptionMilliseconds)))
        return true
    }

    /// Those that wait for an image, in the order in which they came.
    mutating func take(_ image: ImageID) -> [One] {
        let taken = waiting.filter { $0.body.image == image && !$0.session.isClosed }
        waiting.removeAll { $0.body.image == image }
        return taken
    }

    /// Those that have waited long enough.
    mutating func takeOverdue() -> [One] {
        guard !waiting.isEmpty else { return [] }
        let now = NIODeadline.now()
        let overdue = waiting.filter { $0.until <= now }
        waiting.removeAll { $0.until <= now }
        return overdue
    }

    mutating func remove(_ session: Session, stream: UInt32? = nil) {
        waiting.removeAll { $0.session === session && (stream == nil || $0.stream == stream) }
    }
}
