import Basics
import ImageStore
import Trust

/// Manifests that fit together, and ones whose hashes fit though nothing else does.
enum ManifestSamples {
    static let key = ImageKey(bytes: [UInt8](repeating: 5, count: ImageKey.byteCount)) ?? ImageKey()

    private static let chunk = FormatLimits.chunkBytes

    /// Puts a header around pages and sealed pages, with the roots that they ask for.
    private static func manifest(
        parts: [ManifestHeader.Part], distinct: Int, stored: Int64, pages: [[UInt8]], sealed: [[UInt8]]
    ) throws(DecodeError) -> Manifest {
        let header = ManifestHeader(
            name: "fuzz", version: 1, architecture: "amd64", commandLine: "", namespace: NamespaceID(.zero),
            namespaceEpoch: 1, publisher: PeerID(.zero), createdAt: 1, parts: parts, distinctCount: distinct,
            storedBytes: ByteCount(bytes: stored), pagesRoot: MerkleTree.root(of: pages.map(MerkleTree.leaf)),
            sealedRoot: MerkleTree.root(of: sealed.map(MerkleTree.leaf)))
        // What comes over a network is decoded: no header that a decoder refuses gets further.
        let decoded = try ManifestHeader(decoding: header.encoded())
        return try Manifest(header: decoded, pages: pages, sealedPages: sealed, signatures: [])
    }

    /// One part of three chunks: new, zeros, the first once more.
    static func manifest() -> Manifest {
        let page = ManifestPage(
            partIndex: 0, firstChunk: 0, firstDistinct: 0,
            entries: [.chunk(ChunkID(.zero), storedLength: 7), .zeros(chunks: 1), .repeated(distinctIndex: 0)])
        let secret = [UInt8](repeating: 0, count: SealedChunk.byteCount)
        let sealed = [[UInt8](repeating: 0, count: 45), secret + [UInt8](repeating: 0, count: 40)]
        let size = ByteCount(bytes: Int64(3 * chunk))
        do {
            return try manifest(
                parts: [.init(name: "disk", size: size, pageCount: 1)], distinct: 1, stored: 7,
                pages: [page.encoded()], sealed: [sealed[0], Array(sealed[1].prefix(sealedPageBytes))])
        } catch {
            preconditionFailure("no manifest can be made: \(error)")
        }
    }

    private static let sealedPageBytes = SealedChunk.byteCount + ManifestLimits.sealOverheadBytes

    @Sendable static func manifests() -> [[UInt8]] { [manifest().encoded()] }

    /// Reads parts and pages off the input, gives them true hashes, and puts them together.
    @Sendable static func assemble(_ bytes: UnsafeRawBufferPointer) {
        var input = FuzzInput(bytes)
        let parts = (0..<1 + Int(input.byte() % 3)).map { number in
            // Around the borders of chunks, and huge.
            let size = input.byte() < 200 ? UInt64(input.number16()) * UInt64(chunk / 2) : input.number64() >> 1
            return ManifestHeader.Part(
                name: "part\(number)", size: ByteCount(bytes: Int64(size & ~1)), pageCount: Int(input.byte() % 4))
        }
        let distinct = Int(input.byte())
        let stored = Int64(input.number64() >> 1)
        let pages = (0..<parts.reduce(0) { $0 + $1.pageCount }).map { _ in page(&input) }
        let secrets = (distinct + ManifestLimits.secretsPerPage - 1) / ManifestLimits.secretsPerPage
        let sealed =
            [[UInt8](repeating: 0, count: 45)]
            + (0..<secrets).map { index in
                let count = min(ManifestLimits.secretsPerPage, distinct - index * ManifestLimits.secretsPerPage)
                return [UInt8](repeating: 0, count: count * SealedChunk.byteCount + ManifestLimits.sealOverheadBytes)
            }
        guard
            let made = try? manifest(parts: parts, distinct: distinct, stored: stored, pages: pages, sealed: sealed)
        else { return }
        precondition((try? Manifest(decoding: made.encoded())) == made, "a manifest is not read as it is written")
        for part in made.parts {
            precondition(part.entries.reduce(0) { $0 + $1.chunkCount } == part.chunkCount, "a part is not covered")
        }
    }

    private static func page(_ input: inout FuzzInput) -> [UInt8] {
        let entries = (0..<1 + input.byte() % 6).map { _ -> ManifestPage.Entry in
            switch input.byte() % 3 {
            case 0: .zeros(chunks: UInt32(truncatingIfNeeded: input.number64()))
            case 1:
                .chunk(
                    ChunkID(Digest(prefix: UInt64(input.byte()))),
                    storedLength: UInt32(truncatingIfNeeded: input.number64()))
            default: .repeated(distinctIndex: UInt32(truncatingIfNeeded: input.number64()))
            }
        }
        return ManifestPage(
            partIndex: Int(input.byte() % 4), firstChunk: Int(input.byte()), firstDistinct: Int(input.byte()),
            entries: entries
        ).encoded()
    }

    @Sendable static func pageStories() -> [[UInt8]] {
        // One part of three chunks with one page, one distinct chunk of seven bytes, as above.
        let story: [UInt8] = [0, 0, 0, 6, 1, 1, 1, 7, 2, 1, 0, 1, 7, 0, 1, 1, 2, 0, 0, 0, 0]
        var random = RandomSource(seed: 9)
        return [story] + (0..<8).map { random.bytes(20 + $0 * 10) }
    }

    @Sendable static func packRecords() -> [[UInt8]] {
        var random = RandomSource(seed: 10)
        return [[0x53, 0x4B, 0x43, 0x4B] + random.bytes(120), [0, 2, 0] + random.bytes(80)]
    }
}
