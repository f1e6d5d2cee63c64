public import Basics

/// The site root's word that a key may certify peers, for some time and up to some roles.
public struct IssuerCertificate: Hashable, Sendable {
    static let version: UInt16 = 1

    public let site: SiteID
    public let serial: UInt64
    /// The issuer's Ed25519 public key.
    public let key: Digest
    /// The roles that the issuer may give.
    public let roles: PeerRoles
    /// Unix seconds.
    public let notBefore: UInt64
    /// Unix seconds; peer certificates end no later.
    public let notAfter: UInt64
    public let signature: Signature

    /// Signs with the root key; the site is that key.
    package init(
        root: SigningKey, serial: UInt64, key: Digest, roles: PeerRoles, notBefore: UInt64, notAfter: UInt64
    ) {
        site = SiteID(root.publicKey)
        self.serial = serial
        self.key = key
        self.roles = roles
        self.notBefore = notBefore
        self.notAfter = notAfter
        let message = IssuerCertificate.signedPart(
            site: site, serial: serial, key: key, roles: roles, notBefore: notBefore, notAfter: notAfter)
        signature = root.sign(message, context: .issuerCertificate)
    }

    /// Whether the site's root signed these fields.
    public var isAuthentic: Bool {
        signature.isValid(for: signedPart, by: site.digest, context: .issuerCertificate)
    }

    public func encoded() -> [UInt8] { signedPart + signature.bytes }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        var reader = ByteReader(bytes)
        let version = try reader.readUInt16()
        guard version == IssuerCertificate.version else { throw .unsupportedVersion(UInt64(version)) }
        site = SiteID(try reader.readDigest())
        serial = try reader.readUInt64()
        key = try reader.readDigest()
        roles = PeerRoles(rawValue: try reader.readUInt32())
        notBefore = try reader.readUInt64()
        notAfter = try reader.readUInt64()
        guard notBefore <= notAfter else { throw .malformed("a certificate ends before it begins") }
        signature = try Signature(from: &reader)
        try reader.finish()
    }

    private var signedPart: [UInt8] {
        IssuerCertificate.signedPart(
            site: site, serial: serial, key: key, roles: roles, notBefore: notBefore, notAfter: notAfter)
    }

    private static func signedPart(
        site: SiteID, serial: UInt64, key: Digest, roles: PeerRoles, notBefore: UInt64, notAfter: UInt64
    ) -> [UInt8] {
        var writer = ByteWriter(capacity: 160)
        writer.write(version)
        writer.write(site.digest)
        writer.write(serial)
        writer.write(key)
        writer.write(roles.rawValue)
        writer.write(notBefore)
        writer.write(notAfter)
        return writer.bytes
    }
}
