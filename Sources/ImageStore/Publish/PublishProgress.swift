public import Basics

/// How far a publish is. Numbers only grow.
public struct PublishProgress: Sendable, Hashable {
    /// Bytes of the files that are not holes.
    public internal(set) var totalBytes = ByteCount(bytes: 0)
    /// How many of them were read and dealt with.
    public internal(set) var doneBytes = ByteCount(bytes: 0)
    /// Stored bytes of chunks that were compressed and sealed now.
    public internal(set) var sealedBytes = ByteCount(bytes: 0)
    /// Chunks taken over from the parent.
    public internal(set) var reusedChunks = 0
    /// Chunks compressed and sealed now.
    public internal(set) var sealedChunks = 0

    public init() {}
}
