import Basics
import Testing
import Trust

/// Certificate chains: who belongs to a site, when, and with which roles.
struct CertificateTests {
    private static let start: UInt64 = 1_800_000_000
    private static let hour: UInt64 = 3600
    private static let day: UInt64 = 86_400

    private let authority: SiteAuthority
    private let identity = PeerIdentity()
    private let chain: CertificateChain

    init() throws {
        authority = try SiteAuthority(siteName: "tokyo", now: CertificateTests.start)
        chain = try authority.issue(
            peer: identity, name: "h0", roles: [.builder], now: CertificateTests.start,
            validSeconds: 72 * CertificateTests.hour)
    }

    private func verdict(_ chain: CertificateChain, now: UInt64 = start) -> CertificateError? {
        do throws(CertificateError) {
            try chain.verify(site: authority.site, now: now)
            return nil
        } catch {
            return error
        }
    }

    @Test func aMemberIsBelievedAndOnlyWithItsOwnKey() throws {
        let key = identity.agreement.publicKey
        try chain.verify(site: authority.site, now: CertificateTests.start, bearer: key)
        #expect(chain.peer.peer == identity.peerID)
        #expect(chain.peer.name == "h0")
        #expect(throws: CertificateError.wrongKey) {
            try chain.verify(site: authority.site, now: CertificateTests.start, bearer: AgreementKey().publicKey)
        }
    }

    @Test func anotherSiteIsRefused() throws {
        let other = try SiteAuthority(siteName: "tokyo", now: CertificateTests.start)
        #expect(throws: CertificateError.wrongSite) { try chain.verify(site: other.site, now: CertificateTests.start) }
    }

    @Test(arguments: [
        // Seconds after the start of a certificate of 72 hours, whether it counts, whether it is reported as expired.
        (-301, false, false), (-300, true, false), (0, true, false), (72 * 3600, true, false),
        (72 * 3600 + 1, true, true), (72 * 3600 + 7 * 86_400, true, true),
        (72 * 3600 + 7 * 86_400 + 300, true, true), (72 * 3600 + 7 * 86_400 + 301, false, true),
    ])
    func timeIsTakenWithToleranceAndGrace(offset: Int, counts: Bool, isExpired: Bool) {
        let now = UInt64(Int(CertificateTests.start) + offset)
        #expect((verdict(chain, now: now) == nil) == counts)
        #expect(chain.isExpired(now: now) == isExpired)
    }

    @Test func extremeClocksAreSurvived() {
        #expect(verdict(chain, now: 0) == .notYetValid(seconds: CertificateTests.start))
        #expect(verdict(chain, now: .max) == .expired(seconds: .max - chain.peer.notAfter))
    }

    @Test func datesAtTheEndOfTimeAreSurvived() throws {
        let late = try SiteAuthority(siteName: "late", now: .max - 10)
        let chain = try late.issue(peer: identity, name: "h0", now: .max - 10)
        try chain.verify(site: late.site, now: .max)
    }

    @Test func everyFlippedBitIsRefused() throws {
        let bytes = chain.encoded()
        for bit in 0..<(bytes.count * 8) {
            var forged = bytes
            forged[bit / 8] ^= 1 << UInt8(bit % 8)
            guard let chain = try? CertificateChain(decoding: forged) else { continue }
            #expect(verdict(chain) != nil, "bit \(bit)")
        }
    }

    @Test func changedRolesAreForgery() throws {
        var claims = chain.peer.claims
        claims.roles = .all
        let own = PeerCertificate(claims, by: identity.signing)
        #expect(verdict(CertificateChain(issuer: chain.issuer, peer: own)) == .forged)
        var bytes = chain.peer.encoded()
        // The roles come after version, site, peer, agreement key, name (2 + 2) and serial.
        let roles = 2 + 3 * 32 + 4 + 8
        #expect(bytes[roles + 3] == UInt8(PeerRoles.builder.rawValue))
        bytes[roles + 3] = UInt8(PeerRoles.operator.rawValue)
        let changed = try PeerCertificate(decoding: bytes)
        #expect(changed.roles == .operator)
        #expect(verdict(CertificateChain(issuer: chain.issuer, peer: changed)) == .forged)
    }

    @Test func anIssuerCannotGiveMoreThanItHas() throws {
        let root = SigningKey()
        let issuerKey = SigningKey()
        let start = CertificateTests.start
        let issuer = IssuerCertificate(
            root: root, serial: 1, key: issuerKey.publicKey, roles: [.grant], notBefore: start,
            notAfter: start + CertificateTests.day)
        var claims = chain.peer.claims
        claims.site = SiteID(root.publicKey)
        claims.roles = [.grant]
        claims.notAfter = start + CertificateTests.day
        func verdict(_ claims: PeerCertificate.Claims) -> CertificateError? {
            let chain = CertificateChain(issuer: issuer, peer: PeerCertificate(claims, by: issuerKey))
            do throws(CertificateError) {
                try chain.verify(site: SiteID(root.publicKey), now: start)
                return nil
            } catch {
                return error
            }
        }
        #expect(verdict(claims) == nil)
        var greedy = claims
        greedy.roles = [.grant, .operator]
        #expect(verdict(greedy) == .exceedsIssuer)
        greedy = claims
        greedy.roles = PeerRoles(rawValue: 4 | 1 << 31)
        #expect(verdict(greedy) == .exceedsIssuer)
        greedy = claims
        greedy.notAfter += 1
        #expect(verdict(greedy) == .exceedsIssuer)
        greedy = claims
        greedy.notBefore -= 1
        #expect(verdict(greedy) == .exceedsIssuer)
        greedy = claims
        greedy.agreementKey = .zero
        #expect(verdict(greedy) == .wrongKey)
    }

    @Test func aPeerCannotIssue() throws {
        var claims = chain.peer.claims
        let friend = PeerIdentity()
        claims.peer = friend.peerID
        let forged = PeerCertificate(claims, by: identity.signing)
        #expect(forged.isAuthentic)
        #expect(verdict(CertificateChain(issuer: chain.issuer, peer: forged)) == .forged)
        let selfMade = IssuerCertificate(
            root: SigningKey(), serial: 1, key: identity.signing.publicKey, roles: .all, notBefore: 0, notAfter: .max)
        #expect(verdict(CertificateChain(issuer: selfMade, peer: forged)) == .wrongSite)
    }

    @Test func addressRangesAreKeptAndChecked() throws {
        let ranges = ["10.77.0.0/16", "fd00::/8"].compactMap { AddressRange(parsing: $0) }
        let chain = try authority.issue(
            peer: identity, name: "h1", addressRanges: ranges, now: CertificateTests.start)
        let peer = try CertificateChain(decoding: chain.encoded()).peer
        #expect(peer.addressRanges == ranges)
        #expect(peer.allows(address: [10, 77, 3, 4]))
        #expect(!peer.allows(address: [10, 78, 3, 4]))
        #expect(!peer.allows(address: []))
        #expect(self.chain.peer.allows(address: [10, 78, 3, 4]), "no ranges, no limits")
    }

    @Test(arguments: ["", "-h", ".h", "a/b", "a b", "ä", "a\0", String(repeating: "a", count: 64)])
    func namesThatAreNoNamesAreRefused(name: String) {
        #expect(throws: SkeinError.self) { try SiteAuthority(siteName: name, now: 0) }
        #expect(throws: SkeinError.self) {
            try authority.issue(peer: identity, name: name, now: CertificateTests.start)
        }
    }

    @Test func issuingKeepsTheIssuersDatesAndRefusesOutsideThem() throws {
        let long = try authority.issue(
            peer: identity, name: "h0", now: CertificateTests.start + 5, validSeconds: .max)
        #expect(long.peer.notAfter == authority.issuerCertificate.notAfter)
        let after = authority.issuerCertificate.notAfter
        #expect(throws: SkeinError.self) { try authority.issue(peer: identity, name: "h0", now: after) }
        #expect(throws: SkeinError.self) {
            try authority.issue(
                peer: identity.peerID, agreementKey: .zero, name: "h0", now: CertificateTests.start)
        }
        let renewed = authority.withNewIssuer(now: after)
        let chain = try renewed.issue(peer: identity, name: "h0", now: after)
        try chain.verify(site: authority.site, now: after)
    }
}
