import Basics
import Testing
import Trust

/// Objects that a program without our code put together from the tables in docs/wire.
struct FormatVectorTests {
    struct Vectors: Decodable, Sendable {
        struct Chunk: Decodable, Sendable {
            let codec: UInt8
            let size: Int
            let secret: HexBytes
            let tag: HexBytes
            let storedSha256: HexBytes
            let chunkId: HexBytes
        }

        let site, peer, agreement: HexBytes
        let start, issuerEnd, peerEnd: UInt64
        let issuerCertificate, peerCertificate, chain: HexBytes
        let identity, siteFile, authority: HexBytes
        let gossipKeyRing, nextGossipSecret: HexBytes
        let grant, image, imageKey: HexBytes
        let datagram, datagramPlain: HexBytes
        let sealed, sealedPlain, sealedAdditional: HexBytes
        let namespaceKey: HexBytes
        let chunks: [Chunk]
    }

    let vectors: Vectors

    init() throws { vectors = try VectorFile.committed("format-vectors.json", as: Vectors.self) }

    @Test func certificatesAreReadAndCount() throws {
        let chain = try CertificateChain(decoding: vectors.chain.bytes)
        #expect(chain.encoded() == vectors.chain.bytes)
        #expect(chain.issuer.encoded() == vectors.issuerCertificate.bytes)
        #expect(chain.peer.encoded() == vectors.peerCertificate.bytes)
        #expect(chain.peer.name == "h0")
        #expect(chain.peer.serial == 12)
        #expect(chain.peer.roles == [.operator, .grant])
        #expect(chain.peer.addressRanges.map(\.description) == ["10.77.0.0/16", "fd00:0:0:0:0:0:0:0/8"])
        #expect(chain.peer.peer.digest.bytes == vectors.peer.bytes)
        #expect(chain.peer.notAfter == vectors.peerEnd)
        #expect(chain.issuer.notAfter == vectors.issuerEnd)
        let site = SiteID(try #require(Digest(bytes: vectors.site.bytes)))
        let agreement = try #require(Digest(bytes: vectors.agreement.bytes))
        try chain.verify(site: site, now: vectors.start, bearer: agreement)
    }

    @Test func filesAreReadAndWrittenAlike() throws {
        let identity = try PeerIdentity(decoding: vectors.identity.bytes)
        #expect(identity.encoded() == vectors.identity.bytes)
        #expect(identity.peerID.digest.bytes == vectors.peer.bytes)
        let site = try SiteFile(decoding: vectors.siteFile.bytes)
        #expect(site.encoded() == vectors.siteFile.bytes)
        #expect(site.siteName == "tokyo")
        #expect(site.gossipKey.epoch == 3)
        #expect(site.namespaceKey.encoded() == vectors.namespaceKey.bytes)
        let authority = try SiteAuthority(decoding: vectors.authority.bytes)
        #expect(authority.encoded() == vectors.authority.bytes)
        #expect(authority.site == site.site)
    }

    @Test func aGrantOpensAndCounts() throws {
        let grant = try Grant(decoding: vectors.grant.bytes)
        #expect(grant.encoded() == vectors.grant.bytes)
        #expect(grant.isAuthentic)
        #expect(grant.image.digest.bytes == vectors.image.bytes)
        let identity = try PeerIdentity(decoding: vectors.identity.bytes)
        let key = try #require(grant.open(with: identity.agreement))
        #expect(key.bytes == vectors.imageKey.bytes)
        #expect(
            key.open(vectors.sealed.bytes, additional: vectors.sealedAdditional.bytes) == vectors.sealedPlain.bytes)
    }

    @Test func aKeyRingIsReadAndItsKeysSealAlike() throws {
        var ring = try GossipKeyRing(decoding: vectors.gossipKeyRing.bytes)
        #expect(ring.encoded() == vectors.gossipKeyRing.bytes)
        #expect(ring.epochs == [3, 7] && ring.sealingKey.epoch == 3)
        #expect(ring.sealingKey.bytes == (try SiteFile(decoding: vectors.siteFile.bytes)).gossipKey.bytes)
        var opener = GossipOpener(ring: ring)
        #expect(opener.open(vectors.datagram.bytes)?.plain == vectors.datagramPlain.bytes)
        try ring.use(epoch: 7)
        #expect(ring.sealingKey.bytes == vectors.nextGossipSecret.bytes)
        // The committed datagram again, from its parts: what an opener takes, a sealer also makes.
        let (header, plain) = (vectors.datagram.bytes[..<61], vectors.datagramPlain.bytes)
        let sender = PeerID(try #require(Digest(bytes: header[5..<37])))
        var sealer = GossipSealer(
            key: try SiteFile(decoding: vectors.siteFile.bytes).gossipKey, sender: sender,
            bootID: Array(header[37..<53]), counter: 0x01_0203_0405)
        #expect(sealer.seal(plain) == vectors.datagram.bytes)
    }

    @Test func aDatagramOpens() throws {
        var opener = GossipOpener(key: try SiteFile(decoding: vectors.siteFile.bytes).gossipKey)
        let result = opener.open(vectors.datagram.bytes)
        let opened = try #require(result)
        #expect(opened.plain == vectors.datagramPlain.bytes)
        #expect(opened.sender.digest.bytes == vectors.peer.bytes)
    }

    @Test func chunksHaveTheSameStoredFormAndName() throws {
        let key = try NamespaceKey(decoding: vectors.namespaceKey.bytes)
        for chunk in vectors.chunks {
            let codec = try #require(ChunkCodec(rawValue: chunk.codec))
            var bytes = (0..<chunk.size).map { (number: Int) -> UInt8 in
                let value: Int = number * number + 3 * number + Int(chunk.codec)
                return UInt8(value % 251)
            }
            let (secret, tag) = bytes.withUnsafeMutableBytes { ChunkSeal.seal($0, codec: codec, key: key) }
            #expect(secret.bytes == chunk.secret.bytes)
            #expect(tag.bytes == chunk.tag.bytes)
            #expect(ContentHash.of(bytes).bytes == chunk.storedSha256.bytes)
            #expect(ChunkFixture.name(of: bytes, tag: tag).digest.bytes == chunk.chunkId.bytes)
        }
    }
}
