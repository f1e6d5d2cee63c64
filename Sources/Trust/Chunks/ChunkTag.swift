/// The authentication tag of an encrypted chunk (GHASH, 16 bytes); it is public and part of the ChunkID.
public struct ChunkTag: Hashable, Sendable {
    public static let byteCount = 16

    // The bytes in memory order, so that a tag needs no heap.
    private let low: UInt64
    private let high: UInt64

    /// Reads the first 16 bytes of a buffer; the buffer must hold at least 16 bytes.
    public init(_ bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count >= ChunkTag.byteCount, "a tag needs 16 bytes")
        low = bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
        high = bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
    }

    /// A tag of exactly 16 bytes, or nil.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == ChunkTag.byteCount else { return nil }
        self = Array(bytes).withUnsafeBytes { ChunkTag($0) }
    }

    public var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: ChunkTag.byteCount) { buffer, count in
            write(to: UnsafeMutableRawBufferPointer(buffer))
            count = ChunkTag.byteCount
        }
    }

    /// Writes the 16 bytes at the start of a buffer of at least 16 bytes.
    public func write(to buffer: UnsafeMutableRawBufferPointer) {
        precondition(buffer.count >= ChunkTag.byteCount, "a tag needs 16 bytes")
        buffer.storeBytes(of: low, toByteOffset: 0, as: UInt64.self)
        buffer.storeBytes(of: high, toByteOffset: 8, as: UInt64.self)
    }
}
