public import Basics

/// The keys that make a site: its root, its issuer, and the secrets that members share. The file site.root.
///
/// It is needed only to certify peers, and belongs on a disk that is not in the network.
public struct SiteAuthority: Sendable {
    public let siteName: String
    let root: SigningKey
    let issuer: SigningKey
    public let issuerCertificate: IssuerCertificate
    public let gossipKey: GossipKey
    public let namespaceKey: NamespaceKey

    public var site: SiteID { SiteID(root.publicKey) }

    /// A new site with new keys; the issuer certificate starts now (unix seconds) and is good for 90 days.
    public init(siteName: String, now: UInt64) throws(SkeinError) {
        try CertifiedName.check(siteName, doing: "making a site")
        let root = SigningKey()
        let issuer = SigningKey()
        self.init(
            siteName: siteName, root: root, issuer: issuer,
            issuerCertificate: SiteAuthority.certify(issuer, root: root, now: now),
            gossipKey: .random(), namespaceKey: .random())
    }

    init(
        siteName: String, root: SigningKey, issuer: SigningKey, issuerCertificate: IssuerCertificate,
        gossipKey: GossipKey, namespaceKey: NamespaceKey
    ) {
        self.siteName = siteName
        self.root = root
        self.issuer = issuer
        self.issuerCertificate = issuerCertificate
        self.gossipKey = gossipKey
        self.namespaceKey = namespaceKey
    }

    /// The same site with a fresh issuer key, when the old one's 90 days are over.
    public func withNewIssuer(now: UInt64) -> SiteAuthority {
        let issuer = SigningKey()
        return SiteAuthority(
            siteName: siteName, root: root, issuer: issuer,
            issuerCertificate: SiteAuthority.certify(issuer, root: root, now: now),
            gossipKey: gossipKey, namespaceKey: namespaceKey)
    }

    /// Certifies a peer by its public keys.
    ///
    /// Without `validSeconds` the certificate is good as long as its issuer's: nothing renews certificates yet.
    public func issue(
        peer: PeerID, agreementKey: Digest, name: String, roles: PeerRoles = .all,
        addressRanges: [AddressRange] = [], now: UInt64, validSeconds: UInt64? = nil
    ) throws(SkeinError) -> CertificateChain {
        let doing = "certifying peer \(name.prefix(80)) for site \(siteName)"
        try CertifiedName.check(name, doing: doing)
        guard addressRanges.count <= TrustLimits.addressRanges else {
            throw SkeinError(
                .usage, doing: doing, cause: "\(addressRanges.count) address ranges are too many",
                next: "give at most \(TrustLimits.addressRanges)")
        }
        guard AgreementKey.isUsable(agreementKey) else {
            throw SkeinError(.usage, doing: doing, cause: "the peer's agreement key is not a usable X25519 key")
        }
        guard now >= issuerCertificate.notBefore, now < issuerCertificate.notAfter else {
            throw SkeinError(
                .permission, doing: doing, cause: "the site's issuer certificate is not valid now",
                next: "check the clock; after \(TrustLimits.issuerValiditySeconds / 86_400) days make a new issuer")
        }
        let remaining = issuerCertificate.notAfter - now
        let claims = PeerCertificate.Claims(
            site: site, peer: peer, agreementKey: agreementKey, name: name, serial: SiteAuthority.newSerial(),
            roles: roles.intersection(issuerCertificate.roles), addressRanges: addressRanges,
            notBefore: now, notAfter: now + min(validSeconds ?? remaining, remaining))
        return CertificateChain(issuer: issuerCertificate, peer: PeerCertificate(claims, by: issuer))
    }

    /// Certifies an identity at hand.
    public func issue(
        peer: PeerIdentity, name: String, roles: PeerRoles = .all, addressRanges: [AddressRange] = [],
        now: UInt64, validSeconds: UInt64? = nil
    ) throws(SkeinError) -> CertificateChain {
        try issue(
            peer: peer.peerID, agreementKey: peer.agreement.publicKey, name: name, roles: roles,
            addressRanges: addressRanges, now: now, validSeconds: validSeconds)
    }

    /// What the certified peer needs beside its identity file.
    public func siteFile(for chain: CertificateChain) -> SiteFile {
        SiteFile(
            siteName: siteName, site: site, gossipKey: gossipKey, namespaceKey: namespaceKey, chain: chain)
    }

    private static func certify(_ issuer: SigningKey, root: SigningKey, now: UInt64) -> IssuerCertificate {
        let (end, overflow) = now.addingReportingOverflow(TrustLimits.issuerValiditySeconds)
        return IssuerCertificate(
            root: root, serial: newSerial(), key: issuer.publicKey, roles: .all,
            notBefore: now, notAfter: overflow ? .max : end)
    }

    /// Serials are random: copies of the authority need not agree on a counter.
    private static func newSerial() -> UInt64 { UInt64.random(in: 1 ... .max) }
}

extension SiteAuthority: CustomStringConvertible {
    public var description: String { "authority of site \(siteName) (\(site.short))" }
}
