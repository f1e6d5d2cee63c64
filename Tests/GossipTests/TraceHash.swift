/// FNV-1a over everything that happens, to compare two runs.
struct TraceHash: Hashable {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func mix(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }

    mutating func mix(_ number: Int64) { withUnsafeBytes(of: number.bigEndian) { mix($0) } }
}
