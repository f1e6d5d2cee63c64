import Basics
import NIOCore

/// Children that ask for an image whose manifest has not come here yet: they wait for a while, since all hosts of an
/// install begin at once.
struct EarlySubscriptions {
    struct One {
        let session: Session
        let stream: UInt32
        let image: ImageID
        let until: NIODeadline
    }

    private var waiting: [One] = []

    var isEmpty: Bool { waiting.isEmpty }

    /// False when too many wait already.
    mutating func add(_ session: Session, stream: UInt32, image: ImageID) -> Bool {
        guard waiting.count < PeerLimits.earlySubscriptions else { return false }
        let until = NIODeadline.now() + .milliseconds(PeerLimits.earlySubscriptionMilliseconds)
        waiting.append(One(session: session, stream: stream, image: image, until: until))
        return true
    }

    /// Those that wait for an image, in the order in which they came.
    mutating func take(_ image: ImageID) -> [One] {
        let taken = waiting.filter { $0.image == image && !$0.session.isClosed }
        waiting.removeAll { $0.image == image }
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
