import NIOCore
import Trust

/// Slices that one read brought, until there are enough to hash side by side or the read ends.
final class ArrivingSlices {
    private let hasher = SliceHasher()
    /// Whose they are, in the order in which the hasher has them.
    private var origins: [(session: Session, header: FrameHeader)] = []
    /// The same of those that are being given away: memory that is used again.
    private var given: [(session: Session, header: FrameHeader)] = []

    /// Takes a slice; gives all that wait to their transfers when that makes enough of them.
    func add(_ frame: Frame, from session: Session) {
        // Of a transfer that has ended meanwhile.
        guard session.subscriptions[frame.header.stream] != nil else { return }
        frame.payload.withUnsafeReadableBytes { hasher.add($0) }
        origins.append((session, frame.header))
        if hasher.isFull { finish() }
    }

    /// Hashes what waits and gives it to the transfers.
    func finish() {
        guard !origins.isEmpty else { return }
        swap(&origins, &given)
        defer { given.removeAll(keepingCapacity: true) }
        hasher.finish { number, slice in
            let (session, header) = given[number]
            session.subscriptions[header.stream]?.received(
                slice: Int(header.slice), of: Int(header.index), announced: header.hash, payload: slice, from: session)
        }
    }
}
