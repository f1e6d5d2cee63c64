import Basics
import Peer
import Trust

/// Files, certificates, seals and handshakes: what proves who somebody is.
extension FuzzTarget {
    static let trust: [FuzzTarget] = [
        .exact("trust-identity", seeds: TrustSamples.one { $0.identity.encoded() }) {
            try? PeerIdentity(decoding: $0).encoded()
        },
        .exact("trust-issuer", seeds: TrustSamples.one { $0.chain.issuer.encoded() }) {
            try? IssuerCertificate(decoding: $0).encoded()
        },
        .exact("trust-certificate", seeds: TrustSamples.one { $0.chain.peer.encoded() }) {
            try? PeerCertificate(decoding: $0).encoded()
        },
        .exact("trust-chain", seeds: TrustSamples.one { $0.chain.encoded() }) { bytes in
            guard let chain = try? CertificateChain(decoding: bytes) else { return nil }
            try? chain.verify(site: chain.issuer.site, now: TrustSamples.now)
            _ = chain.peer.allows(address: [10, 77, 0, 1])
            return chain.encoded()
        },
        .exact("trust-grant", seeds: TrustSamples.one { $0.grant.encoded() }) { try? Grant(decoding: $0).encoded() },
        .exact("trust-site-file", seeds: TrustSamples.one { $0.authority.siteFile(for: $0.chain).encoded() }) {
            try? SiteFile(decoding: $0).encoded()
        },
        // Without a passphrase: with one, each input would take the hundred megabytes that guessing shall cost.
        .exact("trust-site-authority", seeds: TrustSamples.one { $0.authority.encoded() }) {
            try? SiteAuthority(decoding: $0).encoded()
        },
        .exact("trust-namespace-key", seeds: TrustSamples.one { $0.authority.namespaceKey.encoded() }) {
            try? NamespaceKey(decoding: $0).encoded()
        },
        .exact("trust-key-ring", seeds: TrustSamples.one { $0.ring.encoded() }) {
            try? GossipKeyRing(decoding: $0).encoded()
        },
        FuzzTarget("trust-opener", seeds: OpenerStory.seeds) { (bytes: UnsafeRawBufferPointer) in
            var story = OpenerStory(bytes)
            story.run()
        },
        FuzzTarget("trust-noise", seeds: HandshakeStory.seeds) { (bytes: UnsafeRawBufferPointer) in
            var story = HandshakeStory(bytes)
            story.noise()
        },
        FuzzTarget("peer-handshake", seeds: HandshakeStory.seeds) { (bytes: UnsafeRawBufferPointer) in
            var story = HandshakeStory(bytes)
            story.handshake()
        },
        FuzzTarget("trust-text", seeds: { ["10.77.0.0/16", "fd00::/8", "10.0.0.1", "::ffff:10.0.0.1"] }) {
            if let range = AddressRange(parsing: $0) {
                precondition(AddressRange(parsing: "\(range)") == range, "a range is not read as it is printed")
            }
            if let address = IPAddressText.parse($0) { precondition(address.count == 4 || address.count == 16) }
        },
    ]
}

/// A site with one peer.
struct TrustSamples: Sendable {
    let identity: PeerIdentity
    let authority: SiteAuthority
    let chain: CertificateChain
    let grant: Grant
    let ring: GossipKeyRing

    static let now: UInt64 = 1_800_000_000

    static let shared: TrustSamples = {
        do {
            return try TrustSamples()
        } catch {
            preconditionFailure("no site can be made: \(error)")
        }
    }()

    private init() throws {
        identity = PeerIdentity()
        authority = try SiteAuthority(siteName: "tokyo", now: TrustSamples.now)
        let ranges = ["10.77.0.0/16", "fd00::/8"].compactMap { AddressRange(parsing: $0) }
        chain = try authority.issue(peer: identity, name: "h0", addressRanges: ranges, now: TrustSamples.now)
        grant = Grant.issue(image: ImageID(.zero), key: ImageKey(), to: chain.peer, by: identity)
        var ring = GossipKeyRing(authority.gossipKey)
        try ring.add(.random(epoch: 1))
        self.ring = ring
    }

    static func one(_ encoded: @escaping @Sendable (TrustSamples) -> [UInt8]) -> @Sendable () -> [[UInt8]] {
        { [encoded(shared)] }
    }
}
