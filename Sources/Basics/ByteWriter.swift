/// Writes integers (big-endian), digests and length-prefixed fields: the counterpart of ``ByteReader``.
public struct ByteWriter: Sendable {
    public private(set) var bytes: [UInt8] = []

    public init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    public mutating func write(_ value: UInt8) { bytes.append(value) }
    public mutating func write(_ value: UInt16) { writeInteger(value) }
    public mutating func write(_ value: UInt32) { writeInteger(value) }
    public mutating func write(_ value: UInt64) { writeInteger(value) }
    public mutating func write(_ digest: Digest) { bytes.append(contentsOf: digest.bytes) }
    public mutating func write(bytes more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }

    /// A field with a 16-bit length before it. The caller keeps it under 64 KiB.
    public mutating func write(field16 field: some Collection<UInt8>) {
        write(UInt16(field.count))
        bytes.append(contentsOf: field)
    }

    /// A field with a 32-bit length before it.
    public mutating func write(field32 field: some Collection<UInt8>) {
        write(UInt32(field.count))
        bytes.append(contentsOf: field)
    }

    /// UTF-8 text with a 16-bit length before it.
    public mutating func write(text: String) { write(field16: Array(text.utf8)) }

    private mutating func writeInteger<T: FixedWidthInteger>(_ value: T) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }
}
