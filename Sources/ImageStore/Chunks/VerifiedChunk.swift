public import Basics
public import Trust

/// A stored chunk whose bytes were hashed and fit its ChunkID. Only the checks below make one.
public struct VerifiedChunk: Sendable, Hashable {
    public let identity: ChunkIdentity
    public let bytes: ChunkBytes

    public var id: ChunkID { identity.id }
    public var tag: ChunkTag { identity.tag }
    public var sliceHashes: [Digest] { identity.sliceHashes }
    /// The same as a plain value: a copy.
    public var chunk: StoredChunk {
        StoredChunk(id: id, tag: tag, sliceHashes: sliceHashes, bytes: bytes.array)
    }

    /// Hashes every slice; nil when one does not fit.
    public init?(verifying chunk: StoredChunk) {
        guard
            let identity = ChunkIdentity(
                id: chunk.id, length: chunk.bytes.count, tag: chunk.tag, sliceHashes: chunk.sliceHashes)
        else { return nil }
        self.init(verifying: chunk.bytes.withUnsafeBytes { ChunkBytes(copying: $0) }, as: identity)
    }

    /// The same for bytes that lie in a block already.
    init?(verifying bytes: ChunkBytes, as identity: ChunkIdentity) {
        guard bytes.count == identity.length,
            bytes.withUnsafeBytes({ SliceHashing.hashes(of: $0) }) == identity.sliceHashes
        else { return nil }
        self.init(trusting: bytes, as: identity)
    }

    /// For those in this module that hashed, or sealed, these very bytes.
    init(trusting bytes: ChunkBytes, as identity: ChunkIdentity) {
        self.identity = identity
        self.bytes = bytes
    }

    /// The bytes of one slice, valid during the call.
    public func withSlice<Result>(at index: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[identity.range(ofSlice: index)])) }
    }
}
