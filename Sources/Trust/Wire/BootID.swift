import Basics
import CSodium

/// A random name for one run of a peer under one key, so that counters may start at zero again.
struct BootID: Hashable, Sendable {
    static let byteCount = 16

    private let high: UInt64
    private let low: UInt64

    /// Reads the first 16 bytes of a buffer, which holds at least as many.
    init(_ bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count >= BootID.byteCount, "a boot id needs 16 bytes")
        high = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
        low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }

    /// One of exactly 16 bytes, or nil.
    init?(bytes: [UInt8]) {
        guard bytes.count == BootID.byteCount else { return nil }
        self = bytes.withUnsafeBytes { BootID($0) }
    }

    /// One that nobody has had before.
    static func random() -> BootID {
        Sodium.start()
        return withUnsafeTemporaryAllocation(byteCount: byteCount, alignment: 8) { bytes in
            randombytes_buf(bytes.address, byteCount)
            return BootID(UnsafeRawBufferPointer(bytes))
        }
    }

    /// Writes the 16 bytes at the start of a buffer of at least as many.
    func write(to buffer: UnsafeMutableRawBufferPointer) {
        precondition(buffer.count >= BootID.byteCount, "a boot id needs 16 bytes")
        buffer.storeBytes(of: high.bigEndian, toByteOffset: 0, as: UInt64.self)
        buffer.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
    }
}
