public import Basics

/// What is to be installed, told to everybody: the body of an item of kind ``RecordKind/installIntent``.
///
/// Only the digest of the order is gossiped; the order itself (targets, plan inputs) travels over sessions, and whoever
/// hears of an intent that it was not told of asks for it. Bytes after the known fields are ignored.
public struct InstallIntent: Hashable, Sendable {
    /// SHA-256 of the order.
    public var order: Digest
    /// The size of the order in bytes.
    public var orderBytes: UInt32
    public var image: ImageID
    public var targetCount: UInt32
    /// Higher goes first.
    public var priority: UInt8
    /// Seconds since 1970 after which nobody acts on it.
    public var expires: UInt64

    public init(
        order: Digest, orderBytes: UInt32, image: ImageID, targetCount: UInt32, priority: UInt8, expires: UInt64
    ) {
        self.order = order
        self.orderBytes = orderBytes
        self.image = image
        self.targetCount = targetCount
        self.priority = priority
        self.expires = expires
    }

    private static let format: UInt8 = 1

    public func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 96)
        writer.write(InstallIntent.format)
        writer.write(order)
        writer.write(orderBytes)
        writer.write(image.digest)
        writer.write(targetCount)
        writer.write(priority)
        writer.write(expires)
        return writer.bytes
    }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        var reader = ByteReader(bytes)
        let format = try reader.readUInt8()
        guard format == InstallIntent.format else { throw .unsupportedVersion(UInt64(format)) }
        order = try reader.readDigest()
        orderBytes = try reader.readUInt32()
        guard orderBytes <= GossipLimits.orderBytes else { throw .outOfRange("order size") }
        image = ImageID(try reader.readDigest())
        targetCount = try reader.readUInt32()
        guard targetCount <= GossipLimits.targets else { throw .outOfRange("targets") }
        priority = try reader.readUInt8()
        expires = try reader.readUInt64()
    }
}
