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
        /// The sender's sealed head names a slice that the chunk does not have.
        case lie
        /// The payload is not what the announced chunk says: it was harmed on the way.
        case harmed
    }

    var identity: ChunkIdentity { collector.identity }
    var isWhole: Bool { collector.isComplete }

    /// Adds a slice; one that is here already is checked and left.
    mutating func add(slice: Int, _ payload: HashedSlice) -> Verdict {
        guard slice >= 0, slice < identity.sliceHashes.count else { return .lie }
        return collector.accept(payload, at: slice) ? .taken : .harmed
    }

    /// The bytes of a slice that is here, for children, valid during the call; nil when it is not.
    func withSlice<Result>(at slice: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result? {
        collector.withSlice(at: slice, body)
    }

    /// The chunk, once it is whole.
    consuming func finish() -> VerifiedChunk? { collector.finish() }
}
