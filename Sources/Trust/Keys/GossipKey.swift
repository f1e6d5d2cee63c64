import Basics

/// The secret that a site's sealed datagrams are keyed with, for one epoch.
public struct GossipKey: Sendable {
    public static let secretBytes = 32

    public let epoch: UInt32
    let secret: SecretBytes

    /// The secret has exactly 32 bytes; bytes from outside go through the decoder of the site file or of the key ring.
    public init(epoch: UInt32, secret: [UInt8]) {
        precondition(secret.count == GossipKey.secretBytes, "a gossip secret has 32 bytes")
        self.epoch = epoch
        self.secret = SecretBytes(copying: secret)
    }

    private init(epoch: UInt32, secret: SecretBytes) {
        self.epoch = epoch
        self.secret = secret
    }

    /// A new key; the first one of a site has epoch 0.
    public static func random(epoch: UInt32 = 0) -> GossipKey {
        GossipKey(epoch: epoch, secret: SecretBytes(randomCount: secretBytes))
    }

    /// A copy of the secret.
    public var bytes: [UInt8] { secret.bytes }

    /// Compares in a time that tells nothing about the secrets.
    func hasSameSecret(as other: GossipKey) -> Bool { secret.isEqual(to: other.secret) }

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
