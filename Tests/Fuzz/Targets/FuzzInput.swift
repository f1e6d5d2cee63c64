import Basics

/// Choices that are read off the input of a fuzzer: zeros once it is used up, so that any bytes are a whole story.
struct FuzzInput {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isUsedUp: Bool { position >= bytes.count }

    mutating func byte() -> UInt8 {
        guard position < bytes.count else { return 0 }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func number16() -> Int { Int(byte()) << 8 | Int(byte()) }

    /// One of 32 bytes.
    mutating func digest() -> Digest {
        let raw = take(Digest.byteCount)
        var bytes = Array(raw)
        bytes.append(contentsOf: repeatElement(0, count: Digest.byteCount - bytes.count))
        return bytes.withUnsafeBytes { Digest($0) }
    }

    /// A number of any size: its length in bytes comes first, so that small ones are as likely as huge ones.
    mutating func number64() -> UInt64 {
        let count = Int(byte() % 9)
        var value: UInt64 = 0
        for _ in 0..<count { value = value << 8 | UInt64(byte()) }
        return value
    }

    /// The next bytes, fewer at the end.
    mutating func take(_ count: Int) -> UnsafeRawBufferPointer {
        let end = min(bytes.count, position + max(0, count))
        defer { position = end }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<end])
    }

    mutating func rest() -> UnsafeRawBufferPointer { take(bytes.count) }

    /// Changes some bytes of a valid message: a count, then places and what is changed there.
    mutating func mutate(_ valid: inout [UInt8]) {
        for _ in 0..<byte() % 8 where !valid.isEmpty {
            let place = number16() % valid.count
            valid[place] ^= byte()
        }
        let cut = byte()
        if cut & 0xC0 == 0xC0 { valid.removeLast(min(valid.count, Int(cut & 0x3F))) }
    }
}
