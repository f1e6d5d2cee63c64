/// What a peer gives to a source that it does not know, to be shown again: whoever returns it receives at its address.
///
/// It has no `==`, so that nobody compares one in a time that tells how many bytes were right.
public struct Cookie: Sendable {
    public static let byteCount = 16

    private let high: UInt64
    private let low: UInt64

    /// Reads the first 16 bytes of a buffer, which holds at least as many.
    public init(_ bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count >= Cookie.byteCount, "a cookie needs 16 bytes")
        high = bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
        low = bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
    }

    /// One of exactly 16 bytes, or nil.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Cookie.byteCount else { return nil }
        self = bytes.withUnsafeBytes { Cookie($0) }
    }

    public var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Cookie.byteCount) { buffer, count in
            write(to: UnsafeMutableRawBufferPointer(buffer))
            count = Cookie.byteCount
        }
    }

    /// Writes the 16 bytes at the start of a buffer of at least as many.
    public func write(to buffer: UnsafeMutableRawBufferPointer) {
        precondition(buffer.count >= Cookie.byteCount, "a cookie needs 16 bytes")
        buffer.storeBytes(of: high, toByteOffset: 0, as: UInt64.self)
        buffer.storeBytes(of: low, toByteOffset: 8, as: UInt64.self)
    }

    /// Compares in a time that tells nothing about the cookies.
    func isEqual(to other: Cookie) -> Bool { (high ^ other.high) | (low ^ other.low) == 0 }
}

extension Cookie: CustomStringConvertible {
    public var description: String { "(cookie)" }
}
