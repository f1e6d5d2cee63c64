public import Basics
public import Trust

/// The body of a `chunk` frame: what a chunk's stored form hashes to, sent before its slices.
public struct ChunkBody: Hashable, Sendable {
    /// Bytes of the stored form.
    public var length: Int
    public var tag: ChunkTag
    public var slices: [Digest]

    public init(length: Int, tag: ChunkTag, slices: [Digest]) {
        self.length = length
        self.tag = tag
        self.slices = slices
    }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        var reader = ByteReader(bytes)
        length = Int(try reader.readUInt32())
        guard length > 0, length <= FormatLimits.chunkBytes else { throw .outOfRange("stored length") }
        tag = try reader.readBytes(ChunkTag.byteCount).withUnsafeBytes { ChunkTag($0) }
        let count = (length + FormatLimits.sliceBytes - 1) / FormatLimits.sliceBytes
        guard reader.remaining == count * Digest.byteCount else {
            throw .malformed("slice hashes do not fit the length")
        }
        slices = []
        slices.reserveCapacity(count)
        for _ in 0..<count { slices.append(try reader.readDigest()) }
    }

    public func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 20 + slices.count * Digest.byteCount)
        writer.write(UInt32(length))
        writer.write(bytes: tag.bytes)
        for slice in slices { writer.write(slice) }
        return writer.bytes
    }
}
