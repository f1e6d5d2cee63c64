package import Basics
internal import Trust

/// The head of one chunk in a pack: everything that the catalog knows, so that it can be rebuilt.
///
/// The ChunkID is the hash of length, tag and slice hashes, so the head checks itself; the slice hashes check the bytes
/// that follow it.
package struct PackRecord {
    package static let magic: UInt32 = 0x534B_434B
    /// Magic, length, ChunkID and tag; the slice hashes follow.
    static let fixedBytes = 4 + 4 + Digest.byteCount + ChunkTag.byteCount
    static let largestHeadBytes = fixedBytes + FormatLimits.slicesPerChunk * Digest.byteCount

    package let identity: ChunkIdentity

    package var headBytes: Int { PackRecord.headBytes(length: identity.length) }
    /// Head and chunk together.
    var byteCount: Int { PackRecord.byteCount(length: identity.length) }

    static func headBytes(length: Int) -> Int {
        fixedBytes + ChunkIdentity.sliceCount(of: length) * Digest.byteCount
    }

    static func byteCount(length: Int) -> Int { headBytes(length: length) + length }

    static func writeHead(of chunk: VerifiedChunk, to writer: inout ByteWriter) {
        writer.write(magic)
        writer.write(UInt32(chunk.bytes.count))
        writer.write(chunk.id.digest)
        writer.write(bytes: chunk.tag.bytes)
        for slice in chunk.sliceHashes { writer.write(slice) }
    }

    /// Reads a head from the start of bytes that may be torn, rotten or hostile.
    package init(decoding bytes: [UInt8]) throws(DecodeError) {
        var reader = ByteReader(bytes)
        guard try reader.readUInt32() == PackRecord.magic else { throw .badMagic }
        let length = Int(try reader.readUInt32())
        guard (1...FormatLimits.chunkBytes).contains(length) else { throw .outOfRange("record length") }
        let id = ChunkID(try reader.readDigest())
        guard let tag = ChunkTag(bytes: try reader.readBytes(ChunkTag.byteCount)) else { throw .malformed("tag") }
        var slices: [Digest] = []
        slices.reserveCapacity(ChunkIdentity.sliceCount(of: length))
        for _ in 0..<ChunkIdentity.sliceCount(of: length) { slices.append(try reader.readDigest()) }
        guard let identity = ChunkIdentity(id: id, length: length, tag: tag, sliceHashes: slices) else {
            throw .notAuthentic
        }
        self.identity = identity
    }
}
