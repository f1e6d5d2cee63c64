public import Basics
public import Trust

/// What an image is made of: header, public pages, sealed pages and signatures, checked to fit each other.
///
/// A value of this type is well-formed and its pages are those of the header. That its publisher signed it is
/// ``isSigned``; whether that publisher is trusted is the caller's to decide.
public struct Manifest: Sendable, Hashable {
    public let header: ManifestHeader
    public let imageID: ImageID
    /// The public pages of all parts, in order; each is verified alone by ``ManifestHeader/accepts(page:at:proof:)``.
    public let pages: [[UInt8]]
    /// The sealed head and the pages of chunk secrets.
    public let sealedPages: [[UInt8]]
    public let signatures: [ManifestSignature]
    public let parts: [ManifestPart]
    /// The distinct stored chunks in order of first appearance; this order indexes bitmaps on the wire.
    public let distinctChunks: [ManifestChunk]

    /// Puts together what travelled in pieces. Every piece is checked again.
    public init(
        header: ManifestHeader, pages: [[UInt8]], sealedPages: [[UInt8]], signatures: [ManifestSignature]
    ) throws(DecodeError) {
        guard pages.count == header.pageCount, sealedPages.count == header.sealedPageCount else {
            throw .malformed("number of pages")
        }
        guard signatures.count <= ManifestLimits.signatures else { throw .outOfRange("signatures") }
        guard MerkleTree.root(of: pages.map(MerkleTree.leaf)) == header.pagesRoot,
            MerkleTree.root(of: sealedPages.map(MerkleTree.leaf)) == header.sealedRoot
        else { throw .notAuthentic }
        guard sealedPages[0].count <= ManifestLimits.sealedHeadBytes else { throw .outOfRange("sealed head") }
        for (index, page) in sealedPages.dropFirst().enumerated() {
            let left = header.distinctCount - index * ManifestLimits.secretsPerPage
            let expected = min(left, ManifestLimits.secretsPerPage) * SealedChunk.byteCount
            guard page.count == expected + ManifestLimits.sealOverheadBytes else { throw .malformed("sealed page") }
        }
        var assembly = ManifestAssembly(header: header)
        for page in pages { try assembly.append(ManifestPage(decoding: page)) }
        (parts, distinctChunks) = try assembly.finish()
        self.header = header
        self.imageID = header.imageID
        self.pages = pages
        self.sealedPages = sealedPages
        self.signatures = signatures
    }

    public var name: String { header.name }
    public var version: UInt64 { header.version }
    public var commandLine: String { header.commandLine }
    public var headerBytes: [UInt8] { header.encoded() }

    /// Whether the publisher that the header names has signed.
    public var isSigned: Bool {
        signatures.contains { $0.signer == header.publisher && $0.isValid(for: imageID) }
    }

    /// The hashes that let a public page be verified alone.
    public func proof(page index: Int) -> [Digest] {
        MerkleTree.proof(for: index, of: pages.map(MerkleTree.leaf))
    }

    /// The hashes that let a sealed page be verified alone.
    public func proof(sealedPage index: Int) -> [Digest] {
        MerkleTree.proof(for: index, of: sealedPages.map(MerkleTree.leaf))
    }

    /// Opens the sealed part. `notAuthentic` means that the key is not this image's.
    public func open(with key: ImageKey) throws(DecodeError) -> SealedPart {
        try SealedPart(opening: self, with: key)
    }
}

extension Manifest {
    private static let magic = Array("skeinman".utf8)
    private static let formatVersion: UInt16 = 1

    /// The whole manifest as one run of bytes: header, pages, sealed pages, signatures.
    public func encoded() -> [UInt8] {
        var writer = ByteWriter(
            capacity: pages.reduce(0) { $0 + $1.count } + sealedPages.reduce(1024) { $0 + $1.count })
        writer.write(bytes: Manifest.magic)
        writer.write(Manifest.formatVersion)
        writer.write(field32: header.encoded())
        for page in pages { writer.write(field32: page) }
        for page in sealedPages { writer.write(field32: page) }
        writer.write(UInt8(signatures.count))
        for signature in signatures { signature.write(to: &writer) }
        return writer.bytes
    }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        guard bytes.count <= ManifestLimits.encodedBytes else { throw .outOfRange("manifest") }
        var reader = ByteReader(bytes)
        guard try reader.readBytes(Manifest.magic.count) == Manifest.magic else { throw .badMagic }
        let format = try reader.readUInt16()
        guard format == Manifest.formatVersion else { throw .unsupportedVersion(UInt64(format)) }
        let header = try ManifestHeader(decoding: reader.readField32(limit: ManifestLimits.headerBytes))
        // A page takes at least its length field, so the bytes at hand bound the number of pages.
        guard (header.pageCount + header.sealedPageCount) * 4 <= reader.remaining else { throw .truncated }
        var pages: [[UInt8]] = []
        for _ in 0..<header.pageCount { pages.append(try reader.readField32(limit: ManifestLimits.pageBytes)) }
        var sealed = [try reader.readField32(limit: ManifestLimits.sealedHeadBytes)]
        for _ in 1..<header.sealedPageCount {
            sealed.append(try reader.readField32(limit: ManifestLimits.sealedPageBytes))
        }
        let count = Int(try reader.readUInt8())
        guard count <= ManifestLimits.signatures else { throw .outOfRange("signatures") }
        var signatures: [ManifestSignature] = []
        for _ in 0..<count { signatures.append(try ManifestSignature(from: &reader)) }
        try reader.finish()
        try self.init(header: header, pages: pages, sealedPages: sealed, signatures: signatures)
    }
}
