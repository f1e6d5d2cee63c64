public import Basics
public import Trust

/// What only holders of the image key read: how to open each chunk, and what the image was made from.
public struct SealedPart: Hashable, Sendable {
    public let recipe: RecipeKey?
    /// The installed packages as `name=version`, when the image was built here.
    public let packages: [String]
    /// One for each distinct chunk, in their order.
    public let chunks: [SealedChunk]

    public init(recipe: RecipeKey?, packages: [String], chunks: [SealedChunk]) {
        self.recipe = recipe
        self.packages = packages
        self.chunks = chunks
    }

    /// The sealed head, then the pages of chunk secrets.
    func sealed(with key: ImageKey) -> [[UInt8]] {
        var head = ByteWriter()
        head.write(UInt8(recipe == nil ? 0 : 1))
        if let recipe { head.write(recipe.digest) }
        head.write(UInt32(packages.count))
        for package in packages { head.write(text: package) }
        var pages = [key.seal(head.bytes, additional: SealedPart.additional(page: 0))]
        var start = 0
        while start < chunks.count {
            let end = min(chunks.count, start + ManifestLimits.secretsPerPage)
            var writer = ByteWriter(capacity: (end - start) * SealedChunk.byteCount)
            for chunk in chunks[start..<end] { chunk.write(to: &writer) }
            pages.append(key.seal(writer.bytes, additional: SealedPart.additional(page: pages.count)))
            start = end
        }
        return pages
    }

    /// Opens the sealed pages of a manifest. `notAuthentic` means that the key is not the image's.
    init(opening manifest: Manifest, with key: ImageKey) throws(DecodeError) {
        let (recipe, packages) = try SealedPart.openHead(manifest.sealedPages[0], with: key)
        var chunks: [SealedChunk] = []
        chunks.reserveCapacity(manifest.distinctChunks.count)
        for index in 1..<manifest.sealedPages.count {
            chunks += try SealedPart.openSecrets(manifest.sealedPages[index], at: index, with: key)
        }
        guard chunks.count == manifest.distinctChunks.count else { throw .malformed("number of chunk secrets") }
        for (chunk, secret) in zip(manifest.distinctChunks, chunks)
        where secret.codec == .raw && chunk.storedLength != chunk.plainLength {
            throw .malformed("a raw chunk is as long as its plain bytes")
        }
        self.init(recipe: recipe, packages: packages, chunks: chunks)
    }

    /// Opens one page of secrets (index 1 and up) that travelled alone: a peer can decrypt before it has all pages.
    public static func openSecrets(
        _ page: [UInt8], at index: Int, with key: ImageKey
    ) throws(DecodeError) -> [SealedChunk] {
        guard page.count <= ManifestLimits.sealedPageBytes else { throw .outOfRange("sealed page") }
        guard let plain = key.open(page, additional: additional(page: index)) else { throw .notAuthentic }
        guard plain.count.isMultiple(of: SealedChunk.byteCount) else { throw .malformed("sealed page") }
        var reader = ByteReader(plain)
        var chunks: [SealedChunk] = []
        while reader.remaining > 0 { chunks.append(try SealedChunk(from: &reader)) }
        return chunks
    }

    private static func openHead(
        _ page: [UInt8], with key: ImageKey
    ) throws(DecodeError) -> (RecipeKey?, [String]) {
        guard page.count <= ManifestLimits.sealedHeadBytes else { throw .outOfRange("sealed head") }
        guard let plain = key.open(page, additional: additional(page: 0)) else { throw .notAuthentic }
        var reader = ByteReader(plain)
        let flag = try reader.readUInt8()
        guard flag <= 1 else { throw .malformed("sealed head") }
        let recipe = flag == 1 ? RecipeKey(try reader.readDigest()) : nil
        let count = Int(try reader.readUInt32())
        guard count <= ManifestLimits.packages, count * 2 <= reader.remaining else { throw .outOfRange("packages") }
        var packages: [String] = []
        for _ in 0..<count { packages.append(try reader.readText(limit: ManifestLimits.packageBytes)) }
        try reader.finish()
        return (recipe, packages)
    }

    /// Binds a sealed page to its place.
    private static func additional(page: Int) -> [UInt8] {
        var writer = ByteWriter()
        writer.write(bytes: "skein-sealed-1".utf8)
        writer.write(UInt32(page))
        return writer.bytes
    }
}
