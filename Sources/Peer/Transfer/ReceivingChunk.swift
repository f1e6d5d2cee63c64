import Basics
import ImageStore
import NIOCore

/// A chunk whose slices are arriving in any order, each verified before it is added.
struct ReceivingChunk {
    let index: Int
    /// The slices that are here, as they lie in the receive buffers: children get them without a copy.
    private var slices: [ByteBuffer?]
    private var collector: ChunkCollector

    init(index: Int, identity: ChunkIdentity) {
        self.index = index
        collector = ChunkCollector(identity)
        slices = [ByteBuffer?](repeating: nil, count: identity.sliceHashes.count)
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
    var isWhole: Bool { collector.isComplete }

    func slice(at slice: Int) -> ByteBuffer? { slices.indices.contains(slice) ? slices[slice] : nil }

    /// Adds the slice that a sealed header with `hash` announced; one that is here already is only checked.
    mutating func add(slice: Int, hash: Digest, payload: ByteBuffer) -> Verdict {
        guard slice < slices.count, identity.sliceHashes[slice] == hash else { return .lie }
        guard slices[slice] == nil else { return .taken }
        guard payload.withUnsafeReadableBytes({ collector.accept($0, at: slice) }) else { return .harmed }
        slices[slice] = payload
        return .taken
    }

    /// The chunk, once it is whole.
    consuming func finish() -> VerifiedChunk? { collector.finish() }
}
