public import Basics
public import Trust

/// A stored chunk whose bytes were hashed and fit its ChunkID. Only the checks below make one.
public struct VerifiedChunk: Sendable, Hashable {
    public let chunk: StoredChunk

    public var id: ChunkID { chunk.id }
    public var tag: ChunkTag { chunk.tag }
    public var sliceHashes: [Digest] { chunk.sliceHashes }
    public var bytes: [UInt8] { chunk.bytes }

    /// Hashes every slice; nil when one does not fit.
    public init?(verifying chunk: StoredChunk) {
        guard
            let identity = ChunkIdentity(
                id: chunk.id, length: chunk.bytes.count, tag: chunk.tag, sliceHashes: chunk.sliceHashes)
        else { return nil }
        let fits = chunk.bytes.withUnsafeBytes { bytes in
            identity.sliceHashes.indices.allSatisfy { index in
                identity.accepts(
                    slice: UnsafeRawBufferPointer(rebasing: bytes[identity.range(ofSlice: index)]), at: index)
            }
        }
        guard fits else { return nil }
        self.chunk = chunk
    }

    /// For those in this module that hashed, or sealed, these very bytes.
    init(trusting chunk: StoredChunk) { self.chunk = chunk }
}
