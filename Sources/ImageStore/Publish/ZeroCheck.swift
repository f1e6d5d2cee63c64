/// Tells whether bytes are all zeros.
enum ZeroCheck {
    static func isZero(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var offset = 0
        // 64 bytes at a time, and out at the first that is not zero: most chunks are told by their first bytes.
        while offset + 64 <= bytes.count {
            if bytes.loadUnaligned(fromByteOffset: offset, as: SIMD8<UInt64>.self) != .zero { return false }
            offset += 64
        }
        return bytes[offset...].allSatisfy { $0 == 0 }
    }
}
