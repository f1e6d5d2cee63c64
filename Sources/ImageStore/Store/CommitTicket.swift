internal import Basics
internal import Synchronization

/// One writer's chunks on their way into a pack, and what became of them.
final class CommitTicket: Sendable {
    let chunks: [VerifiedChunk]
    let outcome = Mutex<Outcome>(.waiting)

    enum Outcome {
        case waiting
        case done
        case failed(SkeinError)
    }

    init(_ chunks: [VerifiedChunk]) { self.chunks = chunks }

    var byteCount: Int { chunks.reduce(0) { $0 + $1.bytes.count } }
}
