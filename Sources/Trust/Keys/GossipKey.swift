import Basics

/// The secret that a site's sealed datagrams are keyed with, for one epoch.
public struct GossipKey: Sendable {
    public static let secretBytes = 32

    public let epoch: UInt32
    let secret: SecretBytes

    /// The secret has exactly 32 bytes; bytes from outside go through the decoder of the site file.
    public init(epoch: UInt32, secret: [UInt8]) {
        precondition(secret.count == GossipKey.secretBytes, "a gossip secret has 32 bytes")
        self.epoch = epoch
        self.secret = SecretBytes(copying: secret)
    }

    /// A new key, at epoch 0.
    public static func random() -> GossipKey {
        GossipKey(epoch: 0, secret: Sodium.randomBytes(secretBytes))
    }

    /// A copy of the secret.
    public var bytes: [UInt8] { secret.bytes }

    func write(to writer: inout ByteWriter) {
        writer.write(epoch)
        writer.write(bytes: secret.bytes)
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        let epoch = try reader.readUInt32()
        self.init(epoch: epoch, secret: try reader.readBytes(GossipKey.secretBytes))
    }
}

extension GossipKey: CustomStringConvertible {
    public var description: String { "gossip key epoch \(epoch)" }
}
