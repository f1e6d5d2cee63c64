public import Basics

import struct Crypto.SHA256

/// The SHA-256 digests that name plain bytes, slices and chunks.
///
/// Slices and chunks start with a byte of their own (0x00 and 0x01), so that a slice can never pass for a chunk.
public enum ContentHash {
    static let slicePrefix: UInt8 = 0
    static let chunkPrefix: UInt8 = 1

    /// SHA-256 of the bytes alone.
    public static func plain(_ bytes: UnsafeRawBufferPointer) -> Digest {
        var hasher = SHA256()
        hasher.update(bufferPointer: bytes)
        return hasher.finalize().withUnsafeBytes { Digest($0) }
    }

    /// SHA-256 of the bytes alone.
    public static func of(_ bytes: [UInt8]) -> Digest {
        bytes.withUnsafeBytes { plain($0) }
    }

    /// The hash of one slice of a chunk's stored form: SHA-256(0x00, slice).
    public static func slice(_ bytes: UnsafeRawBufferPointer) -> Digest {
        var hasher = SHA256()
        withUnsafeBytes(of: slicePrefix) { hasher.update(bufferPointer: $0) }
        hasher.update(bufferPointer: bytes)
        return hasher.finalize().withUnsafeBytes { Digest($0) }
    }

    /// A chunk's name: SHA-256(0x01, length of the stored form as u32, tag, slice hashes).
    ///
    /// A length that 32 bits do not hold is the caller's mistake: the stored form is never larger than a chunk.
    public static func chunk(length: Int, tag: ChunkTag, slices: [Digest]) -> ChunkID {
        let headerBytes = 1 + 4 + ChunkTag.byteCount
        let count = headerBytes + slices.count * Digest.byteCount
        return withUnsafeTemporaryAllocation(byteCount: count, alignment: 1) { buffer in
            buffer[0] = chunkPrefix
            buffer.storeBytes(of: UInt32(length).bigEndian, toByteOffset: 1, as: UInt32.self)
            tag.write(to: UnsafeMutableRawBufferPointer(rebasing: buffer[5...]))
            var offset = headerBytes
            for slice in slices {
                slice.write(to: UnsafeMutableRawBufferPointer(rebasing: buffer[offset...]))
                offset += Digest.byteCount
            }
            return ChunkID(plain(UnsafeRawBufferPointer(buffer)))
        }
    }
}
