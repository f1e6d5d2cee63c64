import Basics
import ImageStore
import Trust

/// A chunk whose slices are arriving, in any order, each verified before it is added.
struct ReceivingChunk {
    let index: Int
    private var collector: ChunkCollector

    init(index: Int, identity: ChunkIdentity) {
        self.index = index
        collector = ChunkCollector(identity)
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

    /// Adds a slice; one that is here already is checked and left.
    ///
    /// - Parameter stated: its hash as the sealed header of the frame says; nil where that says nothing of it.
    mutating func add(slice: Int, stated: Digest?, _ payload: HashedSlice) -> Verdict {
        guard slice >= 0, slice < identity.sliceHashes.count else { return .lie }
        if let stated, stated != identity.sliceHashes[slice] { return .lie }
        return collector.accept(payload, at: slice) ? .taken : .harmed
    }

    /// The bytes of a slice that is here, for children, valid during the call; nil when it is not.
    func withSlice<Result>(at slice: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result? {
        collector.withSlice(at: slice, body)
    }

    /// The chunk, once it is whole.
    consuming func finish() -> VerifiedChunk? { collector.finish() }
}
