import Basics
import Testing
import Trust

/// The files that hold a site's and a peer's secrets.
struct SiteFileTests {
    private let weak = PassphraseStrength(passes: 1, memoryKibibytes: 64)

    @Test func aSiteFileMakesAMember() throws {
        let authority = try SiteAuthority(siteName: "tokyo", now: 1000)
        let identity = PeerIdentity()
        let chain = try authority.issue(peer: identity, name: "h0", now: 1000)
        let file = try SiteFile(decoding: authority.siteFile(for: chain).encoded())
        #expect(file.siteName == "tokyo" && file.site == authority.site)
        #expect(file.gossipKey.bytes == authority.gossipKey.bytes)
        #expect(file.namespaceKey.encoded() == authority.namespaceKey.encoded())
        try file.chain.verify(site: file.site, now: 1000, bearer: identity.agreement.publicKey)
    }

    @Test func aSiteFileOfTwoSitesIsRefused() throws {
        let authority = try SiteAuthority(siteName: "tokyo", now: 1000)
        let other = try SiteAuthority(siteName: "osaka", now: 1000)
        let foreign = try other.issue(peer: PeerIdentity(), name: "h0", now: 1000)
        let mixed = authority.siteFile(for: foreign).encoded()
        #expect(throws: DecodeError.self) { try SiteFile(decoding: mixed) }
    }

    @Test func anAuthorityReadBackIssuesForTheSameSite() throws {
        let authority = try SiteAuthority(siteName: "tokyo", now: 1000)
        let copy = try SiteAuthority(decoding: authority.encoded())
        #expect(copy.encoded() == authority.encoded())
        #expect(!SiteAuthority.isSealed(authority.encoded()))
        try copy.issue(peer: PeerIdentity(), name: "h0", now: 1001).verify(site: authority.site, now: 1001)
    }

    @Test func aPassphraseGuardsAnAuthority() throws {
        let authority = try SiteAuthority(siteName: "tokyo", now: 1000)
        let secret = Array("swan song".utf8)
        let strength = try #require(weak)
        let sealed = try #require(authority.encoded(passphrase: secret, strength: strength))
        #expect(SiteAuthority.isSealed(sealed))
        #expect(try SiteAuthority(decoding: sealed, passphrase: secret).encoded() == authority.encoded())
        #expect(throws: DecodeError.notAuthentic) { try SiteAuthority(decoding: sealed) }
        #expect(throws: DecodeError.notAuthentic) {
            try SiteAuthority(decoding: sealed, passphrase: Array("swan sonh".utf8))
        }
        for position in [0, 8, 12, 16, 20, 40, 70, sealed.count - 1] {
            var harmed = sealed
            harmed[position] ^= 1
            #expect(throws: DecodeError.self) { try SiteAuthority(decoding: harmed, passphrase: secret) }
        }
        var greedy = sealed
        greedy.replaceSubrange(13..<17, with: [0xFF, 0xFF, 0xFF, 0xFF])
        #expect(throws: DecodeError.outOfRange("passphrase strength")) {
            try SiteAuthority(decoding: greedy, passphrase: secret)
        }
    }

    @Test func aDamagedIdentityIsNoticed() throws {
        let bytes = PeerIdentity().encoded()
        for bit in stride(from: 0, to: bytes.count * 8, by: 5) {
            var harmed = bytes
            harmed[bit / 8] ^= 1 << UInt8(bit % 8)
            guard let identity = try? PeerIdentity(decoding: harmed) else { continue }
            // X25519 ignores five bits of a secret: such a file still holds the very same keys.
            #expect(identity.agreement.publicKey.bytes == Array(bytes[104...]))
            #expect(identity.signing.publicKey.bytes == Array(bytes[72..<104]))
        }
    }
}
