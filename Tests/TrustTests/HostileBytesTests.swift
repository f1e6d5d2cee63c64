import Basics
import Testing
import Trust

/// Every decoder over arbitrary bytes: a value or an error, and a value that is written as it was read.
struct HostileBytesTests {
    /// A decoder, and a valid encoding to mutate. Its closure gives the value's encoding again, or nil for an error.
    struct Decoder: Sendable, CustomTestStringConvertible {
        let name: String
        let valid: [UInt8]
        let again: @Sendable ([UInt8]) -> [UInt8]?
        var testDescription: String { name }
    }

    static let decoders: [Decoder] = {
        let start: UInt64 = 1_800_000_000
        let identity = PeerIdentity()
        guard let authority = try? SiteAuthority(siteName: "tokyo", now: start),
            let range = AddressRange(parsing: "10.77.0.0/16"),
            let chain = try? authority.issue(peer: identity, name: "h0", addressRanges: [range], now: start)
        else { return [] }
        var ring = GossipKeyRing(authority.siteFile(for: chain).gossipKey)
        try? ring.add(.random(epoch: 1))
        let grant = Grant.issue(image: ImageID(.zero), key: ImageKey(), to: chain.peer, by: identity)
        return [
            Decoder(name: "identity", valid: identity.encoded()) { (try? PeerIdentity(decoding: $0))?.encoded() },
            Decoder(name: "issuer certificate", valid: chain.issuer.encoded()) {
                (try? IssuerCertificate(decoding: $0))?.encoded()
            },
            Decoder(name: "peer certificate", valid: chain.peer.encoded()) {
                (try? PeerCertificate(decoding: $0))?.encoded()
            },
            Decoder(name: "chain", valid: chain.encoded()) { (try? CertificateChain(decoding: $0))?.encoded() },
            Decoder(name: "site file", valid: authority.siteFile(for: chain).encoded()) {
                (try? SiteFile(decoding: $0))?.encoded()
            },
            Decoder(name: "site authority", valid: authority.encoded()) {
                (try? SiteAuthority(decoding: $0, passphrase: [1]))?.encoded()
            },
            Decoder(name: "grant", valid: grant.encoded()) { (try? Grant(decoding: $0))?.encoded() },
            Decoder(name: "namespace key", valid: authority.namespaceKey.encoded()) {
                (try? NamespaceKey(decoding: $0))?.encoded()
            },
            Decoder(name: "gossip key ring", valid: ring.encoded()) {
                (try? GossipKeyRing(decoding: $0))?.encoded()
            },
        ]
    }()

    @Test func thereAreDecoders() { #expect(HostileBytesTests.decoders.count == 9) }

    @Test(arguments: decoders) func aValidEncodingIsReadAndWrittenAlike(decoder: Decoder) {
        #expect(decoder.again(decoder.valid) == decoder.valid)
    }

    @Test(arguments: decoders) func arbitraryBytesGiveAValueOrAnError(decoder: Decoder) {
        var random = RandomSource(seed: 11)
        for _ in 0..<5000 {
            let bytes = random.bytes(Int.random(in: 0...decoder.valid.count * 2, using: &random))
            if let again = decoder.again(bytes) { #expect(again == bytes) }
        }
    }

    @Test(arguments: decoders) func mutationsGiveAValueOrAnError(decoder: Decoder) {
        var random = RandomSource(seed: 12)
        for round in 0..<5000 {
            let bytes = Mutation.apply(to: decoder.valid, using: &random)
            if let again = decoder.again(bytes) { #expect(again == bytes, "round \(round)") }
        }
    }

    @Test(arguments: decoders) func everyPrefixAndATrailingByteAreErrors(decoder: Decoder) {
        for count in decoder.valid.indices { #expect(decoder.again(Array(decoder.valid[..<count])) == nil) }
        #expect(decoder.again(decoder.valid + [0]) == nil)
    }

    @Test func arbitraryDatagramsOpenToNothing() {
        var random = RandomSource(seed: 13)
        let key = GossipKey.random()
        var sealer = GossipSealer(key: key, sender: PeerID(.zero))
        var opener = GossipOpener(key: key)
        for _ in 0..<5000 {
            #expect(opener.open(random.bytes(Int.random(in: 0..<300, using: &random))) == nil)
            let valid = sealer.seal([1, 2, 3, 4])
            let mutated = Mutation.apply(to: valid, using: &random)
            #expect(mutated == valid || opener.open(mutated) == nil)
        }
        #expect(opener.open([UInt8](repeating: 1, count: 70_000)) == nil)
        #expect(opener.open(UnsafeMutableRawBufferPointer(start: nil, count: 0)) == nil)
    }

    @Test func arbitraryBoxesOpenToNothing() {
        var random = RandomSource(seed: 14)
        let (key, imageKey) = (AgreementKey(), ImageKey())
        for _ in 0..<1000 {
            let bytes = random.bytes(Int.random(in: 0..<200, using: &random))
            #expect(key.openSealed(bytes) == nil)
            #expect(imageKey.open(bytes, additional: bytes) == nil)
            #expect(Signature(bytes: bytes).map { $0.isValid(for: [], by: .zero, context: .order) } != true)
        }
    }
}
