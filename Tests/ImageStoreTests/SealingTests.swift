import Basics
import ImageStore
import Testing
import Trust

/// Compression and sealing: equal bytes stay equal, different bytes never share a keystream, bombs go nowhere.
struct SealingTests {
    private func encode(_ plain: [UInt8], _ key: NamespaceKey, _ compression: ChunkCompression) -> EncodedChunk {
        let encoder = ChunkEncoder(key: key, compression: compression)
        return plain.withUnsafeBytes { encoder.encode($0, plainDigest: ContentHash.of(plain)) }
    }

    @Test func `different stored bytes never share key and nonce, over codecs and levels`() throws {
        let key = NamespaceKey.random()
        let later = NamespaceKey(id: key.id, epoch: key.epoch + 1, secret: [UInt8](repeating: 7, count: 32))
        let plains =
            (0..<8).map { Samples.compressible(100_000 + Int($0), seed: $0) }
            + (0..<4).map { Samples.random(1 + Int($0) * 60_000, seed: $0) }
        var bySecret: [ChunkSecret: ChunkID] = [:]
        var byID: [ChunkID: ChunkSecret] = [:]
        for key in [key, later] {
            for plain in plains {
                for compression in [.none, .zstd(level: 1), .zstd(level: 2), .zstd(level: 3), .zstd(level: 19)]
                    as [ChunkCompression]
                {
                    let first = encode(plain, key, compression)
                    let second = encode(plain, key, compression)
                    #expect(first.stored == second.stored && first.secret == second.secret)
                    // One secret, one stored form: and the other way round.
                    #expect(
                        bySecret.updateValue(first.stored.id, forKey: first.secret.secret) ?? first.stored.id
                            == first.stored.id)
                    #expect(
                        byID.updateValue(first.secret.secret, forKey: first.stored.id) ?? first.secret.secret
                            == first.secret.secret)
                    let decoder = ChunkDecoder()
                    let decoded = decoder.decode(first.stored, secret: first.secret, plainLength: plain.count)
                    #expect(decoded.map { [UInt8]($0) } == plain)
                }
            }
        }
        #expect(bySecret.count == byID.count && bySecret.count > 60)
    }

    @Test func `two publishes with different codecs store both forms and export the same bytes`() throws {
        let workspace = try Workspace()
        let store = try workspace.open()
        defer { store.close() }
        let disk = Samples.compressible(2 << 20, seed: 1)
        let file = try workspace.file("disk", disk)
        var secrets: Set<ChunkSecret> = []
        var count = 0
        for compression in [.none, .zstd(level: 1), .zstd(level: 9)] as [ChunkCompression] {
            var request = workspace.request("same", parts: [("disk", file)])
            request.compression = compression
            let image = try store.publish(request)
            let key = try workspace.key(store, image.id)
            let manifest = try #require(try store.manifest(image.id))
            secrets.formUnion(try manifest.open(with: key).chunks.map(\.secret))
            count += manifest.distinctChunks.count
            #expect(try store.verify(image.id, key: key).isSound)
        }
        #expect(secrets.count == count && count == 24)
        #expect(try store.images().map(\.version) == [3, 2, 1])
    }

    @Test func `what does not open or decompress exactly is refused`() throws {
        let key = NamespaceKey.random()
        let plain = Samples.compressible(50_000, seed: 1)
        let chunk = encode(plain, key, .pinned)
        let other = encode(Samples.compressible(50_000, seed: 2), key, .pinned)
        let decoder = ChunkDecoder()
        #expect(decoder.decode(chunk.stored, secret: chunk.secret, plainLength: 50_000) != nil)
        for wrongLength in [0, -1, 49_999, 50_001, 262_144, 262_145] {
            #expect(decoder.decode(chunk.stored, secret: chunk.secret, plainLength: wrongLength) == nil)
        }
        #expect(decoder.decode(chunk.stored, secret: other.secret, plainLength: 50_000) == nil)
        let asRaw = SealedChunk(codec: .raw, secret: chunk.secret.secret, plainDigest: chunk.secret.plainDigest)
        #expect(decoder.decode(chunk.stored, secret: asRaw, plainLength: 50_000) == nil)
    }

    /// Frames that a publisher with the namespace key could seal: each opens, and none may decompress.
    @Test(arguments: Frame.all) func `a bad frame is refused`(frame: Frame) throws {
        let key = NamespaceKey.random()
        var body = frame.bytes
        let (secret, tag) = body.withUnsafeMutableBytes { ChunkSeal.seal($0, codec: .zstd, key: key) }
        let slices = stride(from: 0, to: body.count, by: FormatLimits.sliceBytes).map { start in
            body[start..<min(body.count, start + FormatLimits.sliceBytes)].withUnsafeBytes { ContentHash.slice($0) }
        }
        let stored = StoredChunk(
            id: ContentHash.chunk(length: body.count, tag: tag, slices: slices), tag: tag, sliceHashes: slices,
            bytes: body)
        let verified = try #require(VerifiedChunk(verifying: stored))
        let sealed = SealedChunk(codec: .zstd, secret: secret, plainDigest: .zero)
        let plain = ChunkDecoder().decode(verified, secret: sealed, plainLength: frame.plainLength)
        #expect((plain != nil) == frame.isGood)
    }

    /// zstd frames written by hand (RFC 8878): magic, descriptor, window or size, then run-length blocks.
    struct Frame: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var bytes: [UInt8]
        var plainLength = 200_000
        var isGood = false

        static let magic: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]

        /// A frame header with a 4-byte content size.
        static func header(size: UInt32, window: UInt8? = nil, flags: UInt8 = 0, dictionary: [UInt8] = []) -> [UInt8] {
            let single: UInt8 = window == nil ? 0x20 : 0
            let length = (0..<4).map { UInt8(truncatingIfNeeded: size >> UInt32($0 * 8)) }
            return magic + [0x80 | single | flags] + (window.map { [$0] } ?? []) + dictionary + length
        }

        /// Run-length blocks of at most 128 KiB that make so many bytes of 7.
        static func runs(_ count: Int) -> [UInt8] {
            var (left, bytes) = (count, [UInt8]())
            while left > 0 {
                let size = min(left, 128 * 1024)
                left -= size
                let head = UInt32(size) << 3 | 1 << 1 | (left == 0 ? 1 : 0)
                bytes += [UInt8(head & 255), UInt8(head >> 8 & 255), UInt8(head >> 16 & 255), 7]
            }
            return bytes
        }

        static let good = header(size: 200_000) + runs(200_000)

        static let all: [Frame] = [
            Frame(testDescription: "good", bytes: good, isGood: true),
            Frame(
                testDescription: "good with a window", bytes: header(size: 200_000, window: 8 << 3) + runs(200_000),
                isGood: true),
            Frame(testDescription: "trailing byte", bytes: good + [0]),
            Frame(testDescription: "two frames", bytes: good + good),
            Frame(testDescription: "skippable frame behind", bytes: good + [0x50, 0x2A, 0x4D, 0x18, 1, 0, 0, 0, 9]),
            Frame(testDescription: "skippable frame before", bytes: [0x50, 0x2A, 0x4D, 0x18, 1, 0, 0, 0, 9] + good),
            Frame(testDescription: "cut short", bytes: good.dropLast()),
            Frame(testDescription: "bomb of 1 GiB", bytes: header(size: 1 << 30) + runs(200_000)),
            Frame(testDescription: "bomb that lies", bytes: header(size: 200_000) + runs(32 << 20)),
            Frame(testDescription: "short of its size", bytes: header(size: 200_000) + runs(199_999)),
            Frame(testDescription: "window of 16 MiB", bytes: header(size: 200_000, window: 14 << 3) + runs(200_000)),
            Frame(
                testDescription: "window of 9 MiB", bytes: header(size: 200_000, window: 13 << 3 | 1) + runs(200_000)),
            Frame(
                testDescription: "dictionary", bytes: header(size: 200_000, flags: 1, dictionary: [5]) + runs(200_000)),
            Frame(testDescription: "reserved bit", bytes: header(size: 200_000, flags: 8) + runs(200_000)),
            Frame(testDescription: "no content size", bytes: magic + [0, 8 << 3] + runs(200_000)),
            Frame(testDescription: "empty", bytes: [0]),
            Frame(testDescription: "magic alone", bytes: magic),
            Frame(testDescription: "noise", bytes: Samples.random(5000, seed: 1)),
        ]
    }
}
