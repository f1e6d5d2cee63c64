public import Basics

/// A signed permission to read one image: the image's key, sealed to one host.
///
/// Grants are apart from the manifest, so that letting another host read changes no ImageID.
public struct Grant: Hashable, Sendable {
    static let version: UInt16 = 1
    static let sealedKeyBytes = ImageKey.byteCount + AgreementKey.boxOverheadBytes

    public let image: ImageID
    public let recipient: PeerID
    /// The image key in a box that only the recipient's agreement key opens.
    public let sealedKey: [UInt8]
    /// Who signed; whether that peer holds the role `grant` is for the caller to check against its certificate.
    public let issuer: PeerID
    public let signature: Signature

    /// Grants an image to the holder of a certificate, which the caller has verified.
    public static func issue(
        image: ImageID, key: ImageKey, to recipient: PeerCertificate, by issuer: PeerIdentity
    ) -> Grant {
        let box = AgreementKey.seal(key.bytes, to: recipient.agreementKey)
        let message = signedPart(image: image, recipient: recipient.peer, sealedKey: box, issuer: issuer.peerID)
        return Grant(
            image: image, recipient: recipient.peer, sealedKey: box, issuer: issuer.peerID,
            signature: issuer.signing.sign(message, context: .grant))
    }

    /// The image key, or nil when the grant is for another host.
    public func open(with key: AgreementKey) -> ImageKey? {
        key.openSealed(sealedKey).flatMap { ImageKey(bytes: $0) }
    }

    /// Whether the named issuer signed these fields.
    public var isAuthentic: Bool {
        signature.isValid(for: signedPart, by: issuer.digest, context: .grant)
    }

    public func encoded() -> [UInt8] { signedPart + signature.bytes }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        var reader = ByteReader(bytes)
        let version = try reader.readUInt16()
        guard version == Grant.version else { throw .unsupportedVersion(UInt64(version)) }
        image = ImageID(try reader.readDigest())
        recipient = PeerID(try reader.readDigest())
        sealedKey = try reader.readBytes(Grant.sealedKeyBytes)
        issuer = PeerID(try reader.readDigest())
        signature = try Signature(from: &reader)
        try reader.finish()
    }

    private init(image: ImageID, recipient: PeerID, sealedKey: [UInt8], issuer: PeerID, signature: Signature) {
        self.image = image
        self.recipient = recipient
        self.sealedKey = sealedKey
        self.issuer = issuer
        self.signature = signature
    }

    private var signedPart: [UInt8] {
        Grant.signedPart(image: image, recipient: recipient, sealedKey: sealedKey, issuer: issuer)
    }

    private static func signedPart(
        image: ImageID, recipient: PeerID, sealedKey: [UInt8], issuer: PeerID
    ) -> [UInt8] {
        var writer = ByteWriter(capacity: 256)
        writer.write(version)
        writer.write(image.digest)
        writer.write(recipient.digest)
        writer.write(bytes: sealedKey)
        writer.write(issuer.digest)
        return writer.bytes
    }
}
