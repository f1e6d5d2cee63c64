public import Basics
public import Trust

/// The parts that a ChunkID is made of, checked against it: what a parent sends before the slices.
public struct ChunkIdentity: Sendable, Hashable {
    public let id: ChunkID
    /// The size of the stored form in bytes.
    public let length: Int
    public let tag: ChunkTag
    public let sliceHashes: [Digest]

    /// Nil when the ChunkID is not that of the others, or a length or count is impossible.
    public init?(id: ChunkID, length: Int, tag: ChunkTag, sliceHashes: [Digest]) {
        guard (1...FormatLimits.chunkBytes).contains(length), sliceHashes.count == ChunkIdentity.sliceCount(of: length),
            ContentHash.chunk(length: length, tag: tag, slices: sliceHashes) == id
        else { return nil }
        self.id = id
        self.length = length
        self.tag = tag
        self.sliceHashes = sliceHashes
    }

    /// For a chunk that was just made: its name follows from the other parts.
    init(hashed slices: [Digest], length: Int, tag: ChunkTag) {
        id = ContentHash.chunk(length: length, tag: tag, slices: slices)
        self.length = length
        self.tag = tag
        sliceHashes = slices
    }

    /// How many slices a stored form of this length has.
    public static func sliceCount(of length: Int) -> Int {
        (length + FormatLimits.sliceBytes - 1) / FormatLimits.sliceBytes
    }

    /// The bytes of the stored form that a slice covers.
    public func range(ofSlice index: Int) -> Range<Int> {
        index * FormatLimits.sliceBytes..<min(length, (index + 1) * FormatLimits.sliceBytes)
    }

    /// Whether this is the slice at an index. Any may be given.
    public func accepts(_ slice: HashedSlice, at index: Int) -> Bool {
        sliceHashes.indices.contains(index) && slice.bytes.count == range(ofSlice: index).count
            && slice.hash == sliceHashes[index]
    }
}
