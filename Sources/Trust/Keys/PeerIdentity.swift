public import Basics

/// A peer's own two keys: it signs with one and agrees on session keys with the other. The file identity.key.
public struct PeerIdentity: Sendable {
    static let magic = Array("SKEINID1".utf8)

    public let signing: SigningKey
    public let agreement: AgreementKey

    /// A new identity.
    public init() {
        signing = SigningKey()
        agreement = AgreementKey()
    }

    public var peerID: PeerID { PeerID(signing.publicKey) }

    public func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 136)
        writer.write(bytes: PeerIdentity.magic)
        writer.write(bytes: signing.seed)
        writer.write(bytes: agreement.secret)
        writer.write(signing.publicKey)
        writer.write(agreement.publicKey)
        return writer.bytes
    }

    /// The public halves in the file must be those of the secrets, so that a damaged file is noticed.
    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        var reader = ByteReader(bytes)
        guard try reader.readBytes(PeerIdentity.magic.count) == PeerIdentity.magic else { throw .badMagic }
        let seed = try reader.readBytes(SigningKey.seedBytes)
        let secret = try reader.readBytes(AgreementKey.secretBytes)
        let signingPublic = try reader.readDigest()
        let agreementPublic = try reader.readDigest()
        try reader.finish()
        guard let signing = SigningKey(seed: seed), let agreement = AgreementKey(secret: secret) else {
            throw .truncated
        }
        guard signing.publicKey == signingPublic, agreement.publicKey == agreementPublic else {
            throw .malformed("the public keys are not those of the secret keys")
        }
        self.signing = signing
        self.agreement = agreement
    }
}

extension PeerIdentity: CustomStringConvertible {
    public var description: String { "identity of peer \(peerID.short)" }
}
