/// Reads integers (big-endian), digests and length-prefixed fields from bytes that may be hostile.
///
/// Every read is checked; a length is compared with the bytes that are left before memory is taken for it.
public struct ByteReader: Sendable {
    private let bytes: [UInt8]
    private let end: Int
    /// The offset of the next byte.
    public private(set) var position: Int

    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
        self.end = bytes.count
        self.position = 0
    }

    public init(_ bytes: ArraySlice<UInt8>) {
        self.init(Array(bytes))
    }

    public var remaining: Int { end - position }

    public mutating func readUInt8() throws(DecodeError) -> UInt8 {
        guard remaining >= 1 else { throw .truncated }
        defer { position += 1 }
        return bytes[position]
    }

    public mutating func readUInt16() throws(DecodeError) -> UInt16 { try readInteger() }
    public mutating func readUInt32() throws(DecodeError) -> UInt32 { try readInteger() }
    public mutating func readUInt64() throws(DecodeError) -> UInt64 { try readInteger() }

    public mutating func readDigest() throws(DecodeError) -> Digest {
        guard remaining >= Digest.byteCount else { throw .truncated }
        defer { position += Digest.byteCount }
        return bytes.withUnsafeBytes { Digest(UnsafeRawBufferPointer(rebasing: $0[position...])) }
    }

    public mutating func readBytes(_ count: Int) throws(DecodeError) -> [UInt8] {
        guard count >= 0, remaining >= count else { throw .truncated }
        defer { position += count }
        return Array(bytes[position..<position + count])
    }

    /// A field with a 16-bit length before it; at most `limit` bytes.
    public mutating func readField16(limit: Int) throws(DecodeError) -> [UInt8] {
        let count = Int(try readUInt16())
        guard count <= limit else { throw .outOfRange("field length") }
        return try readBytes(count)
    }

    /// A field with a 32-bit length before it; at most `limit` bytes.
    public mutating func readField32(limit: Int) throws(DecodeError) -> [UInt8] {
        let count = Int(try readUInt32())
        guard count <= limit else { throw .outOfRange("field length") }
        return try readBytes(count)
    }

    /// UTF-8 text with a 16-bit length before it; at most `limit` bytes. Text that is not UTF-8 is an error.
    public mutating func readText(limit: Int) throws(DecodeError) -> String {
        let field = try readField16(limit: limit)
        guard let text = String(validating: field, as: UTF8.self) else { throw .malformed("text is not UTF-8") }
        return text
    }

    /// Fails when bytes are left.
    public func finish() throws(DecodeError) {
        guard remaining == 0 else { throw .trailingBytes }
    }

    private mutating func readInteger<T: FixedWidthInteger & BitwiseCopyable>() throws(DecodeError) -> T {
        let size = MemoryLayout<T>.size
        guard remaining >= size else { throw .truncated }
        defer { position += size }
        return bytes.withUnsafeBytes { T(bigEndian: $0.loadUnaligned(fromByteOffset: position, as: T.self)) }
    }
}
