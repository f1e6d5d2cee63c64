public import Basics

/// A peer's certificate with that of its issuer: all that another peer of the site needs to believe it.
public struct CertificateChain: Hashable, Sendable {
    public let issuer: IssuerCertificate
    public let peer: PeerCertificate

    public init(issuer: IssuerCertificate, peer: PeerCertificate) {
        self.issuer = issuer
        self.peer = peer
    }

    public func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 512)
        writer.write(field16: issuer.encoded())
        writer.write(field16: peer.encoded())
        return writer.bytes
    }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        var reader = ByteReader(bytes)
        try self.init(from: &reader)
        try reader.finish()
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        issuer = try IssuerCertificate(decoding: try reader.readField16(limit: TrustLimits.certificateBytes))
        peer = try PeerCertificate(decoding: try reader.readField16(limit: TrustLimits.certificateBytes))
    }

    /// Succeeds when the chain makes its peer a member of the site at this time.
    ///
    /// Clocks may be 5 minutes off. An expired certificate stays good for 7 days, so that a site whose issuer is
    /// away goes on; `isExpired(now:)` tells. This says nothing about who presented the chain: see
    /// `verify(site:now:bearer:verified:)`.
    ///
    /// - Parameter verified: an issuer's certificate that was found authentic before, such as the one of the own chain: its
    ///   signature is not checked again.
    public func verify(
        site: SiteID, now unixSeconds: UInt64, verified: IssuerCertificate? = nil
    ) throws(CertificateError) {
        guard issuer.site == site, peer.site == site else { throw .wrongSite }
        guard peer.issuer == issuer.key, issuer == verified || issuer.isAuthentic, peer.isAuthentic else {
            throw .forged
        }
        guard peer.roles.isSubset(of: issuer.roles), peer.notBefore >= issuer.notBefore,
            peer.notAfter <= issuer.notAfter
        else { throw .exceedsIssuer }
        guard AgreementKey.isUsable(peer.agreementKey) else { throw .wrongKey }
        let latest = saturating(unixSeconds, plus: TrustLimits.clockToleranceSeconds)
        guard latest >= peer.notBefore else { throw .notYetValid(seconds: peer.notBefore - unixSeconds) }
        let end = saturating(peer.notAfter, plus: TrustLimits.graceSeconds + TrustLimits.clockToleranceSeconds)
        guard unixSeconds <= end else { throw .expired(seconds: unixSeconds - peer.notAfter) }
    }

    /// As `verify(site:now:verified:)`, and the bearer, who proved in a handshake to own this static key, is that peer.
    public func verify(
        site: SiteID, now unixSeconds: UInt64, bearer staticKey: Digest, verified: IssuerCertificate? = nil
    ) throws(CertificateError) {
        guard peer.agreementKey == staticKey else { throw .wrongKey }
        try verify(site: site, now: unixSeconds, verified: verified)
    }

    /// Whether the certificate lives on grace alone, and its host should say so.
    public func isExpired(now unixSeconds: UInt64) -> Bool { unixSeconds > peer.notAfter }

    private func saturating(_ time: UInt64, plus seconds: UInt64) -> UInt64 {
        let (sum, overflow) = time.addingReportingOverflow(seconds)
        return overflow ? .max : sum
    }
}
