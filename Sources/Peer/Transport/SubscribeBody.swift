public import Basics
public import Pipeline

/// The body of a `subscribe` frame: a child asks a parent to feed it with an image, or for something else than before.
public struct SubscribeBody: Hashable, Sendable {
    public var image: ImageID
    /// Bytes of payload that the parent may send before more credit comes; of the first on a stream only.
    public var credit: UInt32
    public var want: Want

    public init(image: ImageID, credit: UInt32, want: Want) {
        self.image = image
        self.credit = credit
        self.want = want
    }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        var reader = ByteReader(bytes)
        image = ImageID(try reader.readDigest())
        credit = try reader.readUInt32()
        let rate = Int(try reader.readUInt32()) * SubscribeBody.rateUnit
        let lanes = Int(try reader.readUInt8())
        guard lanes >= 1, lanes <= PipelineLimits.stripes else { throw .outOfRange("lanes") }
        let partCount = Int(try reader.readUInt16())
        let count = Int(try reader.readUInt32())
        guard reader.remaining == partCount * 8 + Bitmap.byteCount(for: count) else { throw .outOfRange("bitmap size") }
        var parts: [Want.Part] = []
        parts.reserveCapacity(partCount)
        for _ in 0..<partCount {
            let chunk = Int(try reader.readUInt32())
            let slices = SliceSet(bits: try reader.readUInt32())
            guard chunk < count, chunk > parts.last?.chunk ?? -1, !slices.isEmpty else {
                throw .malformed("parts of a want are not in order")
            }
            parts.append(Want.Part(chunk: chunk, slices: slices))
        }
        let chunks = try Bitmap(count: count, bytes: try reader.readBytes(reader.remaining))
        guard !parts.contains(where: { chunks[$0.chunk] }) else { throw .malformed("a chunk is wanted twice") }
        want = Want(chunks: chunks, parts: parts, lanes: lanes, rate: max(1, rate))
    }

    /// At most 65,535 parts.
    public func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 48 + want.parts.count * 8 + want.chunks.count / 8)
        writer.write(image.digest)
        writer.write(credit)
        writer.write(UInt32(clamping: want.rate / SubscribeBody.rateUnit))
        writer.write(UInt8(clamping: want.lanes))
        writer.write(UInt16(want.parts.count))
        writer.write(UInt32(want.chunks.count))
        for part in want.parts {
            writer.write(UInt32(part.chunk))
            writer.write(part.slices.bits)
        }
        writer.write(bytes: want.chunks.bytes)
        return writer.bytes
    }

    /// Rates are told in kilobytes per second.
    private static let rateUnit = 1000
}
