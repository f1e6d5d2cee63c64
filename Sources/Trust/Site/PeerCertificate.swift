public import Basics

/// An issuer's word that a peer belongs to a site, under a name, with roles, for some time.
public struct PeerCertificate: Hashable, Sendable {
    static let version: UInt16 = 1

    /// What an issuer says about a peer; the certificate is this and a signature.
    public struct Claims: Hashable, Sendable {
        public var site: SiteID
        public var peer: PeerID
        /// The peer's X25519 public key: the static key of its handshakes, and what grants are sealed to.
        public var agreementKey: Digest
        public var name: String
        public var serial: UInt64
        public var roles: PeerRoles
        /// Where the peer may be reached; none means anywhere.
        public var addressRanges: [AddressRange]
        /// Unix seconds.
        public var notBefore: UInt64
        /// Unix seconds.
        public var notAfter: UInt64

        package init(
            site: SiteID, peer: PeerID, agreementKey: Digest, name: String, serial: UInt64, roles: PeerRoles,
            addressRanges: [AddressRange], notBefore: UInt64, notAfter: UInt64
        ) {
            self.site = site
            self.peer = peer
            self.agreementKey = agreementKey
            self.name = name
            self.serial = serial
            self.roles = roles
            self.addressRanges = addressRanges
            self.notBefore = notBefore
            self.notAfter = notAfter
        }
    }

    public let claims: Claims
    /// The issuer's Ed25519 public key.
    public let issuer: Digest
    public let signature: Signature

    public var site: SiteID { claims.site }
    public var peer: PeerID { claims.peer }
    public var agreementKey: Digest { claims.agreementKey }
    public var name: String { claims.name }
    public var serial: UInt64 { claims.serial }
    public var roles: PeerRoles { claims.roles }
    public var addressRanges: [AddressRange] { claims.addressRanges }
    public var notBefore: UInt64 { claims.notBefore }
    public var notAfter: UInt64 { claims.notAfter }

    /// Signs claims that keep the limits of names and ranges.
    package init(_ claims: Claims, by issuer: SigningKey) {
        self.claims = claims
        self.issuer = issuer.publicKey
        let message = PeerCertificate.signedPart(claims, issuer: issuer.publicKey)
        signature = issuer.sign(message, context: .peerCertificate)
    }

    /// Whether the named issuer signed these fields; whether that issuer counts is the chain's matter.
    public var isAuthentic: Bool {
        signature.isValid(
            for: PeerCertificate.signedPart(claims, issuer: issuer), by: issuer, context: .peerCertificate)
    }

    /// Whether the peer may be reached at an address of 4 or 16 bytes.
    public func allows(address: [UInt8]) -> Bool {
        addressRanges.isEmpty || addressRanges.contains { $0.contains(address) }
    }

    public func encoded() -> [UInt8] {
        PeerCertificate.signedPart(claims, issuer: issuer) + signature.bytes
    }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        guard bytes.count <= TrustLimits.certificateBytes else { throw .outOfRange("certificate size") }
        var reader = ByteReader(bytes)
        let version = try reader.readUInt16()
        guard version == PeerCertificate.version else { throw .unsupportedVersion(UInt64(version)) }
        let site = SiteID(try reader.readDigest())
        let peer = PeerID(try reader.readDigest())
        let agreementKey = try reader.readDigest()
        let name = try CertifiedName.read(from: &reader)
        let serial = try reader.readUInt64()
        let roles = PeerRoles(rawValue: try reader.readUInt32())
        let rangeCount = try reader.readUInt8()
        guard rangeCount <= TrustLimits.addressRanges else { throw .outOfRange("address ranges") }
        var ranges: [AddressRange] = []
        for _ in 0..<rangeCount { ranges.append(try AddressRange(from: &reader)) }
        let notBefore = try reader.readUInt64()
        let notAfter = try reader.readUInt64()
        guard notBefore <= notAfter else { throw .malformed("a certificate ends before it begins") }
        claims = Claims(
            site: site, peer: peer, agreementKey: agreementKey, name: name, serial: serial, roles: roles,
            addressRanges: ranges, notBefore: notBefore, notAfter: notAfter)
        issuer = try reader.readDigest()
        signature = try Signature(from: &reader)
        try reader.finish()
    }

    private static func signedPart(_ claims: Claims, issuer: Digest) -> [UInt8] {
        var writer = ByteWriter(capacity: 320)
        writer.write(version)
        writer.write(claims.site.digest)
        writer.write(claims.peer.digest)
        writer.write(claims.agreementKey)
        writer.write(text: claims.name)
        writer.write(claims.serial)
        writer.write(claims.roles.rawValue)
        writer.write(UInt8(claims.addressRanges.count))
        for range in claims.addressRanges { range.write(to: &writer) }
        writer.write(claims.notBefore)
        writer.write(claims.notAfter)
        writer.write(issuer)
        return writer.bytes
    }
}
