import Basics
import Testing
import Trust

/// Signatures, sealed boxes, sealed bytes and grants.
struct KeyTests {
    @Test func aSignatureCountsForItsMessagePurposeAndKeyOnly() throws {
        let key = SigningKey()
        let other = SigningKey()
        for context in SignatureContext.allCases {
            let signature = key.sign([1, 2], context: context)
            #expect(signature.isValid(for: [1, 2], by: key.publicKey, context: context))
            #expect(!signature.isValid(for: [1, 3], by: key.publicKey, context: context))
            #expect(!signature.isValid(for: [1, 2], by: other.publicKey, context: context))
            #expect(!signature.isValid(for: [1, 2], by: .zero, context: context))
            for wrong in SignatureContext.allCases where wrong != context {
                #expect(!signature.isValid(for: [1, 2], by: key.publicKey, context: wrong))
            }
            let copy = try #require(Signature(bytes: signature.bytes))
            #expect(copy == signature)
        }
        #expect(Signature(bytes: [UInt8](repeating: 0, count: 63)) == nil)
    }

    @Test func signaturesAreThoseOfEd25519() throws {
        // RFC 8032, section 7.1, test 1: the public key of a seed.
        let seed = try #require(Hex.decode("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
        let key = try #require(SigningKey(seed: seed))
        #expect(key.publicKey.hex == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
        #expect(key.seed == seed)
        #expect(SigningKey(seed: []) == nil)
    }

    @Test(arguments: [0, 1, 32, 1000]) func aBoxOpensWithItsKeyOnly(count: Int) {
        let key = AgreementKey()
        let content = [UInt8](repeating: 3, count: count)
        let box = AgreementKey.seal(content, to: key.publicKey)
        #expect(box.count == count + AgreementKey.boxOverheadBytes)
        #expect(key.openSealed(box) == content)
        #expect(AgreementKey().openSealed(box) == nil)
        #expect(key.openSealed(Array(box.dropLast())) == nil)
        #expect(key.openSealed([]) == nil)
        let unusable = AgreementKey.seal(content, to: .zero)
        #expect(unusable == [UInt8](repeating: 0, count: box.count))
    }

    @Test(arguments: [0, 1, 1000]) func sealedBytesOpenWithKeyAndAdditionalDataOnly(count: Int) {
        let key = ImageKey()
        let plain = [UInt8](repeating: 3, count: count)
        let sealed = key.seal(plain, additional: [1])
        #expect(sealed.count == count + ImageKey.overheadBytes)
        #expect(key.open(sealed, additional: [1]) == plain)
        #expect(key.open(sealed, additional: [2]) == nil)
        #expect(key.open(sealed, additional: []) == nil)
        #expect(ImageKey().open(sealed, additional: [1]) == nil)
        #expect(key.seal(plain, additional: [1]) != sealed, "the nonce is fresh")
        for index in sealed.indices {
            var harmed = sealed
            harmed[index] ^= 0x10
            #expect(key.open(harmed, additional: [1]) == nil)
        }
    }

    @Test func aGrantIsForOneHostAndSigned() throws {
        let authority = try SiteAuthority(siteName: "tokyo", now: 0)
        let (issuer, reader, stranger) = (PeerIdentity(), PeerIdentity(), PeerIdentity())
        let certificate = try authority.issue(peer: reader, name: "h1", now: 0).peer
        let key = ImageKey()
        let image = ImageID(ContentHash.of([1]))
        let grant = Grant.issue(image: image, key: key, to: certificate, by: issuer)
        #expect(grant.isAuthentic && grant.issuer == issuer.peerID && grant.recipient == reader.peerID)
        #expect(grant.open(with: reader.agreement)?.bytes == key.bytes)
        #expect(grant.open(with: stranger.agreement) == nil)
        let bytes = grant.encoded()
        #expect(try Grant(decoding: bytes) == grant)
        for index in bytes.indices.dropFirst(2) {
            var forged = bytes
            forged[index] ^= 0x20
            let decoded = try? Grant(decoding: forged)
            #expect(decoded?.isAuthentic != true)
        }
    }
}
