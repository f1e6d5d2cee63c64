/// A digest of all that happens in a simulation: equal seeds must give equal digests in any process.
struct TraceHash: Hashable, Sendable {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    @inline(__always)
    mutating func mix(_ word: UInt64) {
        let mixed = (value ^ word) &* 0x9FB2_1C65_1E98_DF25
        value = mixed ^ mixed >> 29
    }

    @inline(__always)
    mutating func mix(_ number: Int64) { mix(UInt64(bitPattern: number)) }

    mutating func mix(_ bytes: [UInt8]) {
        mix(UInt64(bytes.count))
        var word: UInt64 = 0
        for (place, byte) in bytes.enumerated() {
            word = word << 8 | UInt64(byte)
            if place & 7 == 7 { mix(word) }
        }
        mix(word)
    }

    /// Word by word as they lie in memory: for bytes that are the same on every machine of one byte order.
    mutating func mix(_ bytes: UnsafeRawBufferPointer) {
        mix(UInt64(bytes.count))
        var place = 0
        while place + 8 <= bytes.count {
            mix(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)))
            place += 8
        }
        while place < bytes.count {
            mix(UInt64(bytes[place]))
            place += 1
        }
    }

    /// Sixteen hexadecimal digits.
    var text: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
