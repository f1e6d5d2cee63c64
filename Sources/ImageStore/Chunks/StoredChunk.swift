public import Basics
public import Trust

/// A chunk as it is stored and sent: compressed, encrypted bytes with the tag and slice hashes that make its name.
///
/// Nothing says yet that the four fit each other; ``VerifiedChunk`` does.
public struct StoredChunk: Sendable, Hashable {
    public let id: ChunkID
    public let tag: ChunkTag
    /// One hash for each slice of 16 KiB of `bytes`.
    public let sliceHashes: [Digest]
    public let bytes: [UInt8]

    public init(id: ChunkID, tag: ChunkTag, sliceHashes: [Digest], bytes: [UInt8]) {
        self.id = id
        self.tag = tag
        self.sliceHashes = sliceHashes
        self.bytes = bytes
    }
}
