/// Reads integers (big-endian), digests and fields from memory that somebody else keeps, and takes none of its own.
///
/// The counterpart of ``ByteReader`` for hot paths: every read is checked in the same way, and what it returns are views
/// into the same memory. Neither the reader nor a view may outlive that memory.
public struct RawReader {
    public let bytes: UnsafeRawBufferPointer
    /// The offset of the next byte.
    public private(set) var position = 0

    public init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    public var remaining: Int { bytes.count - position }

    public mutating func readUInt8() throws(DecodeError) -> UInt8 { try readInteger() }
    public mutating func readUInt16() throws(DecodeError) -> UInt16 { try readInteger() }
    public mutating func readUInt32() throws(DecodeError) -> UInt32 { try readInteger() }
    public mutating func readUInt64() throws(DecodeError) -> UInt64 { try readInteger() }

    public mutating func readDigest() throws(DecodeError) -> Digest {
        Digest(try read(Digest.byteCount))
    }

    /// The next `count` bytes.
    public mutating func read(_ count: Int) throws(DecodeError) -> UnsafeRawBufferPointer {
        guard count >= 0, remaining >= count else { throw .truncated }
        defer { position += count }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
    }

    /// A field with a 16-bit length before it; at most `limit` bytes.
    public mutating func readField16(limit: Int) throws(DecodeError) -> UnsafeRawBufferPointer {
        let count = Int(try readUInt16())
        guard count <= limit else { throw .outOfRange("field length") }
        return try read(count)
    }

    private mutating func readInteger<T: FixedWidthInteger & BitwiseCopyable>() throws(DecodeError) -> T {
        guard remaining >= MemoryLayout<T>.size else { throw .truncated }
        defer { position += MemoryLayout<T>.size }
        return T(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: T.self))
    }
}
