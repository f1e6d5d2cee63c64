public import Basics

/// The body of a `subscribe` frame: a child asks a parent to feed it with an image.
public struct SubscribeBody: Hashable, Sendable {
    public var image: ImageID
    /// Bytes of payload that the parent may send before more credit comes.
    public var credit: UInt32
    /// The distinct chunks that the child lacks.
    public var lacking: Bitmap

    public init(image: ImageID, credit: UInt32, lacking: Bitmap) {
        self.image = image
        self.credit = credit
        self.lacking = lacking
    }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        var reader = ByteReader(bytes)
        image = ImageID(try reader.readDigest())
        credit = try reader.readUInt32()
        let count = Int(try reader.readUInt32())
        guard Bitmap.byteCount(for: count) == reader.remaining else { throw .outOfRange("bitmap size") }
        lacking = try Bitmap(count: count, bytes: try reader.readBytes(reader.remaining))
    }

    public func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 40 + lacking.count / 8)
        writer.write(image.digest)
        writer.write(credit)
        writer.write(UInt32(lacking.count))
        writer.write(bytes: lacking.bytes)
        return writer.bytes
    }
}
