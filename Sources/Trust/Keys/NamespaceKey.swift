public import Basics

/// The secret of a namespace of chunks, for one epoch; only builders hold it.
public struct NamespaceKey: Sendable {
    public static let secretBytes = 32
    /// The encoded size: id, epoch, secret.
    public static let encodedBytes = Digest.byteCount + 4 + secretBytes

    public let id: NamespaceID
    public let epoch: UInt32
    let secret: SecretBytes

    /// The secret has exactly 32 bytes; bytes from outside go through `init(decoding:)`.
    public init(id: NamespaceID, epoch: UInt32, secret: [UInt8]) {
        precondition(secret.count == NamespaceKey.secretBytes, "a namespace secret has 32 bytes")
        self.id = id
        self.epoch = epoch
        self.secret = SecretBytes(copying: secret)
    }

    /// A new namespace, at epoch 0.
    public static func random() -> NamespaceKey {
        let id = Sodium.randomBytes(Digest.byteCount).withUnsafeBytes { Digest($0) }
        return NamespaceKey(id: NamespaceID(id), epoch: 0, secret: Sodium.randomBytes(secretBytes))
    }

    public func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: NamespaceKey.encodedBytes)
        write(to: &writer)
        return writer.bytes
    }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        var reader = ByteReader(bytes)
        try self.init(from: &reader)
        try reader.finish()
    }

    func write(to writer: inout ByteWriter) {
        writer.write(id.digest)
        writer.write(epoch)
        writer.write(bytes: secret.bytes)
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        let id = NamespaceID(try reader.readDigest())
        let epoch = try reader.readUInt32()
        self.init(id: id, epoch: epoch, secret: try reader.readBytes(NamespaceKey.secretBytes))
    }
}

extension NamespaceKey: CustomStringConvertible {
    public var description: String { "namespace \(id.short) epoch \(epoch)" }
}
