import Basics
import NIOCore
import Trust

/// Slices that came in one turn of the event loop, until there are enough to hash side by side or the turn ends.
final class ArrivingSlices {
    private struct Origin {
        let session: Session
        let stream: UInt32
        let chunk: Int
        let slice: Int
    }

    private let hasher = SliceHasher()
    /// Whose they are, in the order in which the hasher has them.
    private var origins: [Origin] = []
    /// The same of those that are being given away: memory that is used again.
    private var given: [Origin] = []

    /// Takes a slice; gives all that wait to their transfers when that makes enough of them.
    func add(_ frame: Frame, from session: Session) {
        // Of a transfer that has ended meanwhile.
        guard session.subscriptions[frame.header.stream] != nil else { return }
        frame.payload.withUnsafeReadableBytes { hasher.add($0) }
        origins.append(
            Origin(
                session: session, stream: frame.header.stream, chunk: Int(frame.header.index),
                slice: Int(frame.header.slice)))
        if hasher.isFull { finish() }
    }

    /// Hashes what waits and gives it to the transfers.
    func finish() {
        guard !origins.isEmpty else { return }
        swap(&origins, &given)
        defer { given.removeAll(keepingCapacity: true) }
        hasher.finish { number, slice in
            let origin = given[number]
            origin.session.subscriptions[origin.stream]?.received(
                slice: origin.slice, of: origin.chunk, payload: slice, from: origin.session)
        }
    }
}
