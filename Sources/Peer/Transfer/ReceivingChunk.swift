import Basics
import ImageStore
import NIOCore

/// A chunk whose slices are arriving from the parent, in order, each verified before it is added.
struct ReceivingChunk {
    let index: Int
    /// The slices so far, as they lie in the receive buffers: children get them without a copy.
    private(set) var slices: [ByteBuffer] = []
    private var collector: ChunkCollector

    init(index: Int, identity: ChunkIdentity) {
        self.index = index
        collector = ChunkCollector(identity)
        slices.reserveCapacity(identity.sliceHashes.count)
    }

    /// What came of the slice that was added.
    enum Verdict {
        case taken
        /// The sender's sealed header contradicts the ChunkID.
        case lie
        /// The payload is not what the sealed header says: it was harmed on the way.
        case harmed
    }

    var identity: ChunkIdentity { collector.identity }
    var bytesReceived: Int { slices.reduce(0) { $0 + $1.readableBytes } }
    var isWhole: Bool { collector.isComplete }

    /// Adds the slice that a sealed header with `hash` announced.
    mutating func add(slice: Int, hash: Digest, payload: ByteBuffer) -> Verdict {
        guard slice == slices.count, slice < identity.sliceHashes.count, identity.sliceHashes[slice] == hash else {
            return .lie
        }
        guard payload.withUnsafeReadableBytes({ collector.accept($0, at: slice) }) else { return .harmed }
        slices.append(payload)
        return .taken
    }

    /// The chunk, once it is whole.
    consuming func finish() -> VerifiedChunk? { collector.finish() }
}
