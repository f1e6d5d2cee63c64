import Basics
import Foundation
import ImageStore
import Testing
import Trust

/// Every decoder over arbitrary and mutated bytes: a value or an error, never a crash, never a different value.
struct HostileBytesTests {
    /// A manifest with all kinds of entries, several parts and pages.
    private func sample(_ workspace: Workspace) throws -> (Manifest, ImageKey) {
        let store = try workspace.open()
        defer { store.close() }
        let repeated = Samples.random(262_144, seed: 1)
        var disk = repeated + [UInt8](repeating: 0, count: 2 * 262_144) + repeated + Samples.random(1000, seed: 2)
        disk += [UInt8](repeating: 0, count: 300_000)
        var request = workspace.request(
            "hostile",
            parts: [("disk", try workspace.file("d", disk)), ("kernel", try workspace.file("k", [1, 2, 3]))])
        request.packages = ["openmpi-bin=4.1.4-3", "openssh-server=1:9.2p1-2"]
        request.recipe = RecipeKey(ContentHash.of([1]))
        let image = try store.publish(request)
        return (try #require(try store.manifest(image.id)), try workspace.key(store, image.id))
    }

    @Test func `arbitrary bytes are never a manifest, header or page`() {
        var source = RandomSource(seed: 1)
        for round in 0..<20_000 {
            var bytes = source.bytes(Int.random(in: 0..<300, using: &source))
            // Half of them get past the magic.
            if round % 2 == 0 { bytes = Array((round % 4 == 0 ? "skeinman" : "skeinimg").utf8) + [0, 1] + bytes }
            #expect(throws: DecodeError.self) { try Manifest(decoding: bytes) }
            #expect(throws: DecodeError.self) { try ManifestHeader(decoding: bytes) }
            _ = try? ManifestPage(decoding: bytes)
        }
    }

    @Test func `a mutated manifest is refused, or is the same image with another signature`() throws {
        let workspace = try Workspace()
        let (manifest, key) = try sample(workspace)
        let sealed = try manifest.open(with: key)
        #expect(sealed.packages.count == 2 && sealed.recipe == RecipeKey(ContentHash.of([1])))
        #expect(manifest.isSigned && manifest.distinctChunks.count == 3)
        let good = manifest.encoded()
        #expect(try Manifest(decoding: good) == manifest)
        var source = RandomSource(seed: 2)
        for _ in 0..<20_000 {
            var bytes = good
            switch source.next() % 4 {
            case 0: bytes[Int.random(in: bytes.indices, using: &source)] ^= 1 << UInt8(source.next() % 8)
            case 1: bytes.removeLast(Int.random(in: 1..<bytes.count, using: &source))
            case 2: bytes += source.bytes(1 + Int(source.next() % 40))
            default:
                let at = Int.random(in: 0..<bytes.count - 8, using: &source)
                bytes.replaceSubrange(at..<at + 4, with: source.bytes(4))
            }
            guard let decoded = try? Manifest(decoding: bytes) else { continue }
            // The header may be changed where nothing else depends on it; then it is another image, and unsigned.
            #expect(decoded == manifest || !decoded.isSigned)
        }
    }

    @Test func `mutated pages keep to their form`() throws {
        let workspace = try Workspace()
        let (manifest, _) = try sample(workspace)
        var source = RandomSource(seed: 3)
        for page in manifest.pages {
            #expect(try ManifestPage(decoding: page).encoded() == page)
            for _ in 0..<5000 {
                var bytes = page
                bytes[Int.random(in: bytes.indices, using: &source)] = UInt8(truncatingIfNeeded: source.next())
                if let decoded = try? ManifestPage(decoding: bytes) { #expect(decoded.encoded() == bytes) }
                #expect(throws: DecodeError.self) { try ManifestPage(decoding: Array(bytes.dropLast())) }
            }
        }
    }

    /// Pages that hash right, made by a publisher who lies: the decoder must still find that they do not fit.
    @Test(arguments: Lie.all) func `a lying publisher is found out`(lie: Lie) throws {
        let pages = lie.pages.map { $0.encoded() }
        let key = ImageKey()
        let sealed = (0..<(lie.distinct == 0 ? 1 : 2)).map { index in
            let bytes = index == 0 ? 5 : lie.distinct * SealedChunk.byteCount
            return key.seal([UInt8](repeating: 0, count: bytes), additional: [])
        }
        let header = ManifestHeader(
            name: "lie", version: 1, architecture: "", commandLine: "", namespace: NamespaceID(.zero),
            namespaceEpoch: 0, publisher: PeerID(.zero), createdAt: 0, parts: lie.parts, distinctCount: lie.distinct,
            storedBytes: ByteCount(bytes: lie.stored), pagesRoot: MerkleTree.root(of: pages.map(MerkleTree.leaf)),
            sealedRoot: MerkleTree.root(of: sealed.map(MerkleTree.leaf)))
        func decode() throws -> Manifest {
            try Manifest(
                header: ManifestHeader(decoding: header.encoded()), pages: pages, sealedPages: sealed, signatures: [])
        }
        if lie.isTruth {
            #expect(try decode().parts.count == 1)
        } else {
            #expect(throws: DecodeError.self) { try decode() }
        }
    }

    struct Lie: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var parts = [ManifestHeader.Part(name: "disk", size: ByteCount(bytes: 3 * 262_144), pageCount: 1)]
        var pages: [ManifestPage]
        var distinct = 1
        var stored: Int64 = 100
        var isTruth = false

        init(_ description: String, _ entries: [ManifestPage.Entry], firstChunk: Int = 0, firstDistinct: Int = 0) {
            testDescription = description
            pages = [
                ManifestPage(partIndex: 0, firstChunk: firstChunk, firstDistinct: firstDistinct, entries: entries)
            ]
        }

        func with(_ change: (inout Lie) -> Void) -> Lie {
            var lie = self
            change(&lie)
            return lie
        }

        static let one = ManifestPage.Entry.chunk(ChunkID(ContentHash.of([1])), storedLength: 100)
        static let two = ManifestPage.Entry.chunk(ChunkID(ContentHash.of([2])), storedLength: 100)

        static let all: [Lie] = [
            Lie("the truth", [one, .zeros(chunks: 2)]).with { $0.isTruth = true },
            Lie("too few chunks", [one, .zeros(chunks: 1)]),
            Lie("too many zeros", [one, .zeros(chunks: 3)]),
            Lie("zeros that overflow", [one, .zeros(chunks: .max)]),
            Lie("zeros in pieces", [one, .zeros(chunks: 1), .zeros(chunks: 1)]),
            Lie("a repeat of nothing", [one, .repeated(distinctIndex: 1), .zeros(chunks: 1)]),
            Lie("a repeat before the first", [.repeated(distinctIndex: 0), one, .zeros(chunks: 1)]),
            Lie("one chunk new twice", [one, one, .zeros(chunks: 1)]).with {
                $0.distinct = 2; $0.stored = 200
            },
            Lie("more chunks than said", [one, two, .zeros(chunks: 1)]),
            Lie("fewer chunks than said", [one, .zeros(chunks: 2)]).with {
                $0.distinct = 2; $0.stored = 200
            },
            Lie("other stored bytes than said", [one, .zeros(chunks: 2)]).with { $0.stored = 101 },
            Lie("a page out of place", [one, .zeros(chunks: 1)], firstChunk: 1),
            Lie("a page of later", [one, .zeros(chunks: 2)], firstDistinct: 1),
            Lie("a chunk longer than its plain bytes", [.zeros(chunks: 2), one]).with {
                $0.parts = [ManifestHeader.Part(name: "disk", size: ByteCount(bytes: 2 * 262_144 + 99), pageCount: 1)]
            },
            Lie("one chunk of two lengths", [one, .zeros(chunks: 1), .repeated(distinctIndex: 0)]).with {
                $0.parts = [ManifestHeader.Part(name: "disk", size: ByteCount(bytes: 2 * 262_144 + 200), pageCount: 1)]
            },
            Lie("two parts of one name", [one, .zeros(chunks: 2)]).with { $0.parts += $0.parts },
            Lie("a path as part name", [one, .zeros(chunks: 2)]).with {
                $0.parts = [ManifestHeader.Part(name: "../x", size: $0.parts[0].size, pageCount: 1)]
            },
            Lie("a billion pages", [one, .zeros(chunks: 2)]).with {
                $0.parts = [ManifestHeader.Part(name: "disk", size: ByteCount(bytes: 1 << 44), pageCount: 1 << 30)]
            },
        ]
    }

    @Test func `grants and manifests that are not authentic are not kept`() throws {
        let workspace = try Workspace()
        let (manifest, key) = try sample(workspace)
        let other = try LocalStore.open(directory: "\(workspace.path)/other")
        defer { other.close() }
        let unsigned = try Manifest(
            header: manifest.header, pages: manifest.pages, sealedPages: manifest.sealedPages, signatures: [])
        let stranger = ManifestSignature(of: manifest.imageID, by: PeerIdentity())
        let forged = try Manifest(
            header: manifest.header, pages: manifest.pages, sealedPages: manifest.sealedPages, signatures: [stranger])
        for bad in [unsigned, forged] {
            let error = #expect(throws: SkeinError.self) { try other.add(manifest: bad) }
            #expect(error?.code == .corrupt)
        }
        try other.add(manifest: manifest)
        try other.add(manifest: manifest)
        #expect(try other.images().map(\.id) == [manifest.imageID] && other.images()[0].isComplete == false)
        #expect(try other.imageKey(for: manifest.imageID, identity: workspace.identity) == nil)
        #expect(throws: DecodeError.notAuthentic) { try manifest.open(with: ImageKey()) }
        #expect(throws: SkeinError.self) { try other.assembler(for: manifest, key: ImageKey()) }
        let assembler = try other.assembler(for: manifest, key: key)
        let error = #expect(throws: SkeinError.self) { try assembler.finish() }
        #expect(error?.code == .partial)
    }
}
