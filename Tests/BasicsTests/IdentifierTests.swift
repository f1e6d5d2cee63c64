import Basics
import Testing

/// Digests, hexadecimal text and identifiers.
struct IdentifierTests {
    private let hex = "00112233445566778899aabbccddeeff" + "0123456789abcdef0123456789abcdef"

    @Test func digestsKeepTheirBytes() throws {
        let digest = try #require(Digest(hex: hex))
        #expect(digest.hex == hex && digest.description == hex)
        #expect(Digest(bytes: digest.bytes) == digest)
        #expect(digest.bytes.withUnsafeBytes { Digest($0) } == digest)
        #expect(Digest(bytes: [1]) == nil && Digest(hex: "00") == nil)
        #expect(PeerID(digest).short == "001122334455")
        #expect(ImageID(hex: hex)?.digest == digest)
    }

    @Test func digestsAreOrderedAsTheirBytes() {
        var random = RandomSource(seed: 6)
        for _ in 0..<500 {
            let (a, b) = (random.bytes(32), random.bytes(32))
            guard let first = Digest(bytes: a), let second = Digest(bytes: b) else { return }
            #expect((first < second) == a.lexicographicallyPrecedes(b))
        }
    }

    @Test func hexadecimalTextIsReadStrictly() {
        #expect(Hex.decode("00fF") == [0, 255])
        #expect(Hex.decode("") == [])
        for text in ["0", "0g", "0x00", " 00", "é0"] { #expect(Hex.decode(text) == nil) }
    }
}
