import Basics
import ImageStore
import Trust

/// Bytes and chunks made from seeds.
enum Samples {
    static func random(_ count: Int, seed: UInt64) -> [UInt8] {
        var source = RandomSource(seed: seed)
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            let raw = UnsafeMutableRawBufferPointer(buffer)
            var offset = 0
            while offset + 8 <= count {
                raw.storeBytes(of: source.next(), toByteOffset: offset, as: UInt64.self)
                offset += 8
            }
            while offset < count {
                raw[offset] = UInt8(truncatingIfNeeded: source.next())
                offset += 1
            }
            filled = count
        }
    }

    /// Text-like bytes that zstd makes several times smaller, no two chunks alike.
    static func compressible(_ count: Int, seed: UInt64) -> [UInt8] {
        let words = (0..<256).map { index in random(3 + index % 9, seed: UInt64(index)).map { $0 % 26 + 97 } }
        var source = RandomSource(seed: seed)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 16)
        while bytes.count < count {
            var bits = source.next()
            for _ in 0..<8 {
                bytes.append(contentsOf: words[Int(bits & 255)])
                bytes.append(32)
                bits >>= 8
            }
        }
        return Array(bytes[..<count])
    }

    /// A chunk of incompressible stored bytes, as a peer would send it.
    static func chunk(seed: UInt64, length: Int = FormatLimits.chunkBytes) -> StoredChunk {
        stored(random(length, seed: seed), tag: seed)
    }

    static func stored(_ bytes: [UInt8], tag seed: UInt64) -> StoredChunk {
        let tag = random(ChunkTag.byteCount, seed: ~seed).withUnsafeBytes { ChunkTag($0) }
        let slices = stride(from: 0, to: bytes.count, by: FormatLimits.sliceBytes).map { start in
            bytes[start..<min(bytes.count, start + FormatLimits.sliceBytes)].withUnsafeBytes { ContentHash.slice($0) }
        }
        let id = ContentHash.chunk(length: bytes.count, tag: tag, slices: slices)
        return StoredChunk(id: id, tag: tag, sliceHashes: slices, bytes: bytes)
    }

    /// Many distinct full chunks, made fast: one random chunk with a number in the first bytes of each.
    static func chunks(_ count: Int, seed: UInt64) -> [StoredChunk] {
        var bytes = random(FormatLimits.chunkBytes, seed: seed)
        return (0..<count).map { number in
            for (index, byte) in Samples.random(32, seed: seed &+ UInt64(number) &* 7919).enumerated() {
                bytes[index] = byte
            }
            return stored(bytes, tag: seed &+ UInt64(number))
        }
    }
}
