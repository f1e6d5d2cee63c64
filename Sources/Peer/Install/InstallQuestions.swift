package import Basics

/// Asks who takes part in the install of an image. Every install begins with these questions at every host, so they are bytes
/// like orders and not JSON (docs/wire/frames.md, "Requests").
package struct PlanCall: Hashable, Sendable {
    package var image: ImageID
    /// How long the peer may wait until it knows, in whole milliseconds.
    package var patience: Duration

    package init(image: ImageID, patience: Duration) {
        self.image = image
        self.patience = patience
    }

    package init(decoding bytes: [UInt8]) throws(DecodeError) {
        var reader = ByteReader(bytes)
        image = ImageID(try reader.readDigest())
        patience = .milliseconds(Int64(try reader.readUInt16()))
        try reader.finish()
    }

    package func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 34)
        writer.write(image.digest)
        writer.write(UInt16(clamping: patience.wholeNanoseconds / 1_000_000))
        return writer.bytes
    }
}

/// Asks for a piece of a manifest.
package struct ManifestCall: Hashable, Sendable {
    package var image: ImageID
    package var offset: Int
    /// How long the peer may wait for the manifest when it does not have it yet, in whole milliseconds.
    package var patience: Duration

    package init(image: ImageID, offset: Int, patience: Duration) {
        self.image = image
        self.offset = offset
        self.patience = patience
    }

    package init(decoding bytes: [UInt8]) throws(DecodeError) {
        var reader = ByteReader(bytes)
        image = ImageID(try reader.readDigest())
        offset = Int(try reader.readUInt32())
        patience = .milliseconds(Int64(try reader.readUInt16()))
        try reader.finish()
    }

    package func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 38)
        writer.write(image.digest)
        writer.write(UInt32(clamping: offset))
        writer.write(UInt16(clamping: patience.wholeNanoseconds / 1_000_000))
        return writer.bytes
    }
}

/// A piece of an encoded manifest.
package struct ManifestPiece: Hashable, Sendable {
    /// Bytes of the whole manifest.
    package var total: Int
    package var bytes: [UInt8]

    package init(total: Int, bytes: [UInt8]) {
        self.total = total
        self.bytes = bytes
    }

    package init(decoding bytes: [UInt8]) throws(DecodeError) {
        var reader = ByteReader(bytes)
        total = Int(try reader.readUInt32())
        guard total <= PeerLimits.manifestBytes else { throw .outOfRange("bytes of a manifest") }
        guard reader.remaining <= PeerLimits.manifestPieceBytes else { throw .outOfRange("bytes of a piece") }
        self.bytes = try reader.readBytes(reader.remaining)
    }

    package func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 4 + bytes.count)
        writer.write(UInt32(clamping: total))
        writer.write(bytes: bytes)
        return writer.bytes
    }
}
