/// 32 bytes held as four words, so that digests and identities are plain values without a heap allocation.
///
/// The order is that of the bytes read from left to right.
public struct Digest: Hashable, Sendable {
    /// The size of a digest in bytes.
    public static let byteCount = 32
    public static let zero = Digest(0, 0, 0, 0)

    @usableFromInline let w0: UInt64
    @usableFromInline let w1: UInt64
    @usableFromInline let w2: UInt64
    @usableFromInline let w3: UInt64

    @inlinable
    init(_ w0: UInt64, _ w1: UInt64, _ w2: UInt64, _ w3: UInt64) {
        self.w0 = w0
        self.w1 = w1
        self.w2 = w2
        self.w3 = w3
    }

    /// Reads the first 32 bytes of a buffer; the buffer must hold at least 32 bytes.
    @inlinable
    public init(_ bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count >= Digest.byteCount, "a digest needs 32 bytes")
        self.init(
            UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
            UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
            UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)),
            UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)))
    }

    /// The first of all digests whose first eight bytes are these, read as a number.
    public init(prefix: UInt64) { self.init(prefix, 0, 0, 0) }

    /// The first eight bytes as a number: digests are spread evenly, so this cuts them into equal parts.
    public var prefix: UInt64 { w0 }

    /// A digest of exactly 32 bytes, or nil.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Digest.byteCount else { return nil }
        self = Array(bytes).withUnsafeBytes { Digest($0) }
    }

    /// A digest from 64 hexadecimal digits, or nil.
    public init?(hex: some StringProtocol) {
        guard let bytes = Hex.decode(hex) else { return nil }
        self.init(bytes: bytes)
    }

    public var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Digest.byteCount) { buffer, count in
            write(to: UnsafeMutableRawBufferPointer(buffer))
            count = Digest.byteCount
        }
    }

    /// Writes the 32 bytes at the start of a buffer of at least 32 bytes.
    @inlinable
    public func write(to buffer: UnsafeMutableRawBufferPointer) {
        precondition(buffer.count >= Digest.byteCount, "a digest needs 32 bytes")
        buffer.storeBytes(of: w0.bigEndian, toByteOffset: 0, as: UInt64.self)
        buffer.storeBytes(of: w1.bigEndian, toByteOffset: 8, as: UInt64.self)
        buffer.storeBytes(of: w2.bigEndian, toByteOffset: 16, as: UInt64.self)
        buffer.storeBytes(of: w3.bigEndian, toByteOffset: 24, as: UInt64.self)
    }

    public var hex: String { Hex.encode(bytes) }
}

extension Digest: Comparable {
    @inlinable
    public static func < (a: Digest, b: Digest) -> Bool {
        (a.w0, a.w1, a.w2, a.w3) < (b.w0, b.w1, b.w2, b.w3)
    }
}

extension Digest: CustomStringConvertible {
    public var description: String { hex }
}
