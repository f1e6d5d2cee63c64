public import Basics

/// A distinct stored chunk of an image, as its manifest names it.
public struct ManifestChunk: Hashable, Sendable {
    public let id: ChunkID
    /// The size of the stored form in bytes: what is sent and kept.
    public let storedLength: Int
    /// The size of the plain form in bytes: a full chunk, or less at the end of a part.
    public let plainLength: Int

    public init(id: ChunkID, storedLength: Int, plainLength: Int) {
        self.id = id
        self.storedLength = storedLength
        self.plainLength = plainLength
    }

    /// How many slices the stored form has.
    public var sliceCount: Int { (storedLength + FormatLimits.sliceBytes - 1) / FormatLimits.sliceBytes }
}
