public import Basics
public import Trust

/// Collects the slices of one chunk in any order, verifying each as it arrives.
///
/// A slice that ``accept(_:at:)`` took may be forwarded at once; the finished chunk needs no second hashing. Its bytes are
/// copied once, to where the store takes them from.
public struct ChunkCollector: Sendable {
    public let identity: ChunkIdentity
    /// Which slices have arrived.
    public private(set) var arrived: Bitmap
    /// Filled slice by slice; what has not arrived is never shown. Copies of this value write nothing but the same bytes.
    private let bytes: ChunkBytes

    /// Takes memory for the whole chunk.
    public init(_ identity: ChunkIdentity) {
        self.identity = identity
        arrived = Bitmap(count: identity.sliceHashes.count)
        bytes = ChunkBytes(count: identity.length)
    }

    public var isComplete: Bool { arrived.isFull }

    /// Keeps a slice when it is the right one. False means that the bytes are not that slice.
    public mutating func accept(_ slice: HashedSlice, at index: Int) -> Bool {
        guard identity.accepts(slice, at: index) else { return false }
        guard !arrived[index] else { return true }
        bytes.withUnsafeMutableBytes { buffer in
            UnsafeMutableRawBufferPointer(rebasing: buffer[identity.range(ofSlice: index)]).copyMemory(
                from: slice.bytes)
        }
        arrived[index] = true
        return true
    }

    /// The bytes of a slice that has arrived, for a child, valid during the call; nil when it has not.
    public func withSlice<Result>(at index: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result? {
        guard identity.sliceHashes.indices.contains(index), arrived[index] else { return nil }
        return bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[identity.range(ofSlice: index)])) }
    }

    /// The chunk, or nil while slices are missing.
    public consuming func finish() -> VerifiedChunk? {
        guard arrived.isFull else { return nil }
        return VerifiedChunk(trusting: bytes, as: identity)
    }
}
