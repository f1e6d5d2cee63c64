import Basics
import Testing
import Trust

/// Chunks: the same bytes seal to the same form, other bytes never under the same key and nonce.
struct ChunkSealTests {
    private func key(epoch: UInt32 = 0, secret: UInt8 = 1) -> NamespaceKey {
        NamespaceKey(id: NamespaceID(.zero), epoch: epoch, secret: [UInt8](repeating: secret, count: 32))
    }

    @Test(arguments: [0, 1, 15, 16, 16_384, 16_385, 262_144])
    func aSealedChunkOpensToTheSameBytes(count: Int) {
        var random = RandomSource(seed: UInt64(count))
        let plain = random.bytes(count)
        var sealed = plain
        let (secret, tag) = sealed.withUnsafeMutableBytes { ChunkSeal.seal($0, codec: .zstd, key: key()) }
        #expect(count < 15 || sealed != plain)
        let before = sealed
        #expect(opened(sealed, secret, tag) == plain && sealed == before)
        guard count > 0 else { return }
        sealed[count / 2] ^= 1
        #expect(opened(sealed, secret, tag) == nil)
        #expect(opened(Array(before.dropLast()), secret, tag) == nil)
        #expect(opened(before + [0], secret, tag) == nil)
    }

    private func opened(_ sealed: [UInt8], _ secret: ChunkSecret, _ tag: ChunkTag) -> [UInt8]? {
        let ways = [ChunkOpener(), ChunkOpener(isPlain: true)].map { opener in
            var plain = [UInt8](repeating: 0, count: sealed.count)
            let isGood = sealed.withUnsafeBytes { bytes in
                plain.withUnsafeMutableBytes { opener.open(bytes, secret: secret, tag: tag, into: $0) }
            }
            return isGood ? plain : nil
        }
        #expect(ways[0] == ways[1], "both libraries say the same")
        return ways[0]
    }

    @Test func equalBytesDeduplicate() {
        let plain = [UInt8](repeating: 5, count: 40_000)
        var (first, second) = (plain, plain)
        let a = first.withUnsafeMutableBytes { ChunkSeal.seal($0, codec: .raw, key: key()) }
        let b = second.withUnsafeMutableBytes { ChunkSeal.seal($0, codec: .raw, key: key()) }
        #expect(first == second && a.secret == b.secret && a.tag == b.tag)
        #expect(ChunkFixture.name(of: first, tag: a.tag) == ChunkFixture.name(of: second, tag: b.tag))
    }

    @Test func flippedBitsAreRefused() throws {
        var random = RandomSource(seed: 3)
        let plain = random.bytes(3000)
        var sealed = plain
        let (secret, tag) = sealed.withUnsafeMutableBytes { ChunkSeal.seal($0, codec: .raw, key: key()) }
        for _ in 0..<300 {
            var harmed = sealed
            harmed[Int.random(in: 0..<3000, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            #expect(opened(harmed, secret, tag) == nil)
        }
        for bit in 0..<(8 * ChunkTag.byteCount) {
            let harmed = try #require(ChunkTag(bytes: flipped(tag.bytes, bit)))
            #expect(opened(sealed, secret, harmed) == nil)
        }
        for bit in 0..<(8 * ChunkSecret.byteCount) {
            let harmed = try #require(ChunkSecret(bytes: flipped(secret.bytes, bit)))
            #expect(opened(sealed, harmed, tag) == nil)
        }
    }

    private func flipped(_ bytes: [UInt8], _ bit: Int) -> [UInt8] {
        var bytes = bytes
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        return bytes
    }

    @Test func otherBytesCodecsEpochsAndNamespacesNeverShareKeyAndNonce() {
        var random = RandomSource(seed: 4)
        var inputs: [[UInt8]] = [[], [0], [1], [0, 0]]
        for count in [1, 16, 17, 500, 4096] {
            for _ in 0..<60 { inputs.append(random.bytes(count)) }
        }
        // Near neighbours as well: one bit apart.
        let base = random.bytes(64)
        for bit in 0..<512 {
            var near = base
            near[bit / 8] ^= 1 << UInt8(bit % 8)
            inputs.append(near)
        }
        let distinct = Set(inputs)
        var secrets: Set<ChunkSecret> = []
        var expected = 0
        for epoch: UInt32 in [0, 1, 0xFFFF_FFFF] {
            for secret: UInt8 in [1, 2] {
                for codec in ChunkCodec.allCases {
                    for input in distinct {
                        var bytes = input
                        let key = key(epoch: epoch, secret: secret)
                        secrets.insert(
                            bytes.withUnsafeMutableBytes { ChunkSeal.seal($0, codec: codec, key: key) }.secret)
                        expected += 1
                    }
                }
            }
        }
        #expect(secrets.count == expected)
        #expect(Set(secrets.map { Array($0.bytes.prefix(32)) }).count == expected, "not even the keys repeat")
    }

    @Test func slicesAndChunksHaveNamesOfDifferentKinds() throws {
        let tag = try #require(ChunkTag(bytes: [UInt8](repeating: 7, count: 16)))
        let bytes: [UInt8] = [1, 2, 3]
        let slice = bytes.withUnsafeBytes { ContentHash.slice($0) }
        #expect(slice == ContentHash.of([0] + bytes))
        let chunk = ContentHash.chunk(length: 3, tag: tag, slices: [slice])
        #expect(chunk.digest == ContentHash.of([1, 0, 0, 0, 3] + tag.bytes + slice.bytes))
        #expect(ContentHash.chunk(length: 4, tag: tag, slices: [slice]) != chunk)
    }

    @Test func textNeverShowsSecrets() throws {
        let secret = try #require(ChunkSecret(bytes: [UInt8](repeating: 0xAB, count: ChunkSecret.byteCount)))
        let identity = PeerIdentity()
        let seed = Hex.encode(identity.signing.seed)
        var shown = "\(secret) \(identity) \(identity.signing) \(identity.agreement) \(ImageKey()) \(key())"
        dump(secret, to: &shown)
        dump(identity, to: &shown)
        debugPrint(secret, identity, key(), to: &shown)
        for secretText in ["abababab", "171, 171", seed, "\(identity.signing.seed)", "\(identity.agreement.secret)"] {
            #expect(!shown.contains(secretText))
        }
    }
}
