import Basics
import Peer
import Testing
import Trust

/// Two peers prove to each other who they are before a byte of work is exchanged.
@Suite struct HandshakeTests {
    private static let now: UInt64 = 1_800_000_000

    private struct Host {
        let identity = PeerIdentity()
        let chain: CertificateChain
        let site: SiteID

        init(_ name: String, of authority: SiteAuthority) throws {
            chain = try authority.issue(peer: identity, name: name, now: HandshakeTests.now)
            site = authority.site
        }

        func handshake(_ role: NoiseXX.Role, expecting peer: PeerID? = nil) -> Handshake {
            Handshake(role: role, identity: identity, chain: chain, site: site, expected: peer)
        }
    }

    /// Runs both sides; the sessions with the other side's certificate, or the error of whoever failed.
    private func run(
        _ initiator: Handshake, _ responder: Handshake, now: UInt64 = HandshakeTests.now
    ) throws -> (CertificateChain, CertificateChain) {
        var initiator = initiator
        var responder = responder
        let first = try initiator.begin()
        guard case .reply(let second) = try responder.receive(first, now: now),
            case .done(let third?, _, let seenByInitiator) = try initiator.receive(second, now: now),
            case .done(nil, _, let seenByResponder) = try responder.receive(third, now: now)
        else { throw DecodeError.malformed("the handshake took another course") }
        return (seenByInitiator, seenByResponder)
    }

    @Test func peersOfOneSiteLearnEachOthersCertificates() throws {
        let authority = try SiteAuthority(siteName: "one", now: Self.now)
        let (a, b) = (try Host("a", of: authority), try Host("b", of: authority))
        let seen = try run(a.handshake(.initiator, expecting: b.identity.peerID), b.handshake(.responder))
        #expect(seen.0 == b.chain)
        #expect(seen.1 == a.chain)
    }

    @Test func aPeerOfAnotherSiteIsRefusedByBothSides() throws {
        let a = try Host("a", of: SiteAuthority(siteName: "one", now: Self.now))
        let b = try Host("b", of: SiteAuthority(siteName: "two", now: Self.now))
        #expect(throws: HandshakeError.self) { try run(a.handshake(.initiator), b.handshake(.responder)) }
        #expect(throws: HandshakeError.self) { try run(b.handshake(.initiator), a.handshake(.responder)) }
    }

    @Test func anotherPeerThanTheOneDialledIsRefused() throws {
        let authority = try SiteAuthority(siteName: "one", now: Self.now)
        let (a, b, c) = (try Host("a", of: authority), try Host("b", of: authority), try Host("c", of: authority))
        #expect(throws: HandshakeError.self) {
            try run(a.handshake(.initiator, expecting: c.identity.peerID), b.handshake(.responder))
        }
    }

    @Test func aStolenCertificateIsUselessWithoutItsKey() throws {
        let authority = try SiteAuthority(siteName: "one", now: Self.now)
        let (a, b) = (try Host("a", of: authority), try Host("b", of: authority))
        let thief = Handshake(
            role: .initiator, identity: PeerIdentity(), chain: a.chain, site: authority.site, expected: nil)
        #expect(throws: HandshakeError.self) { try run(thief, b.handshake(.responder)) }
    }

    @Test func anExpiredSiteIsRefused() throws {
        let authority = try SiteAuthority(siteName: "one", now: Self.now)
        let (a, b) = (try Host("a", of: authority), try Host("b", of: authority))
        #expect(throws: HandshakeError.self) {
            try run(a.handshake(.initiator), b.handshake(.responder), now: Self.now + 120 * 86_400)
        }
    }

    @Test func arbitraryMessagesAreRefusedAndSurvived() throws {
        let authority = try SiteAuthority(siteName: "one", now: Self.now)
        let b = try Host("b", of: authority)
        var random = RandomSource(seed: 11)
        for _ in 0..<300 {
            var responder = b.handshake(.responder)
            let bytes = random.bytes(Int.random(in: 0..<400, using: &random))
            guard (try? responder.receive(bytes, now: Self.now)) != nil else { continue }
            // 32 bytes are any ephemeral key, so a first message may pass; nothing after it can be made up.
            let more = random.bytes(Int.random(in: 0..<400, using: &random))
            let step = try? responder.receive(more, now: Self.now)
            if step != nil { Issue.record("a made-up message was taken") }
        }
    }
}
