public import Basics
internal import Trust

/// The public head of a manifest: what an image is, and the roots that each of its pages is verified against.
///
/// Its canonical bytes are what an ImageID is the hash of, and so fix every byte of the pages too.
public struct ManifestHeader: Hashable, Sendable {
    /// A named part as the header gives it.
    public struct Part: Hashable, Sendable {
        public let name: String
        public let size: ByteCount
        /// How many public pages describe the part; none when it is empty.
        public let pageCount: Int

        public init(name: String, size: ByteCount, pageCount: Int) {
            self.name = name
            self.size = size
            self.pageCount = pageCount
        }
    }

    static let magic = Array("skeinimg".utf8)
    /// 2 since chunks are sealed with AES-256-GCM.
    static let formatVersion: UInt16 = 2

    public let name: String
    public let version: UInt64
    /// As Debian names it: `amd64`.
    public let architecture: String
    /// The kernel command line to boot with; empty when the image has no kernel.
    public let commandLine: String
    public let namespace: NamespaceID
    /// Of the namespace key that sealed the chunks.
    public let namespaceEpoch: UInt32
    public let publisher: PeerID
    /// Seconds since 1970 by the publisher's clock.
    public let createdAt: UInt64
    public let parts: [Part]
    public let distinctCount: Int
    /// The stored bytes of all distinct chunks together.
    public let storedBytes: ByteCount
    /// The Merkle root of the public pages.
    public let pagesRoot: Digest
    /// The Merkle root of the sealed pages.
    public let sealedRoot: Digest

    package init(
        name: String, version: UInt64, architecture: String, commandLine: String, namespace: NamespaceID,
        namespaceEpoch: UInt32, publisher: PeerID, createdAt: UInt64, parts: [Part], distinctCount: Int,
        storedBytes: ByteCount, pagesRoot: Digest, sealedRoot: Digest
    ) {
        self.name = name
        self.version = version
        self.architecture = architecture
        self.commandLine = commandLine
        self.namespace = namespace
        self.namespaceEpoch = namespaceEpoch
        self.publisher = publisher
        self.createdAt = createdAt
        self.parts = parts
        self.distinctCount = distinctCount
        self.storedBytes = storedBytes
        self.pagesRoot = pagesRoot
        self.sealedRoot = sealedRoot
    }

    public var imageID: ImageID { ImageID(ContentHash.of(encoded())) }
    /// The public pages of all parts.
    public var pageCount: Int { parts.reduce(0) { $0 + $1.pageCount } }
    /// The sealed head and the pages of chunk secrets.
    public var sealedPageCount: Int { 1 + ManifestHeader.pages(of: distinctCount, by: ManifestLimits.secretsPerPage) }
    /// The plain bytes of all parts together.
    public var plainBytes: ByteCount { parts.reduce(ByteCount(bytes: 0)) { $0 + $1.size } }

    /// Whether a public page that came alone is the one at an index.
    public func accepts(page: [UInt8], at index: Int, proof: [Digest]) -> Bool {
        page.count <= ManifestLimits.pageBytes
            && MerkleTree.verify(
                leaf: MerkleTree.leaf(page), index: index, count: pageCount, proof: proof, root: pagesRoot)
    }

    /// Whether a sealed page that came alone is the one at an index.
    public func accepts(sealedPage page: [UInt8], at index: Int, proof: [Digest]) -> Bool {
        page.count <= max(ManifestLimits.sealedPageBytes, ManifestLimits.sealedHeadBytes)
            && MerkleTree.verify(
                leaf: MerkleTree.leaf(page), index: index, count: sealedPageCount, proof: proof, root: sealedRoot)
    }

    static func pages(of count: Int, by size: Int) -> Int { (count + size - 1) / size }
}

extension ManifestHeader {
    /// The canonical bytes: equal headers have equal bytes.
    public func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 512)
        writer.write(bytes: ManifestHeader.magic)
        writer.write(ManifestHeader.formatVersion)
        writer.write(text: name)
        writer.write(version)
        writer.write(text: architecture)
        writer.write(text: commandLine)
        writer.write(namespace.digest)
        writer.write(namespaceEpoch)
        writer.write(publisher.digest)
        writer.write(createdAt)
        writer.write(UInt8(parts.count))
        for part in parts {
            writer.write(text: part.name)
            writer.write(UInt64(part.size.bytes))
            writer.write(UInt32(part.pageCount))
        }
        writer.write(UInt32(distinctCount))
        writer.write(UInt64(storedBytes.bytes))
        writer.write(pagesRoot)
        writer.write(sealedRoot)
        return writer.bytes
    }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        guard bytes.count <= ManifestLimits.headerBytes else { throw .outOfRange("manifest header") }
        var reader = ByteReader(bytes)
        guard try reader.readBytes(ManifestHeader.magic.count) == ManifestHeader.magic else { throw .badMagic }
        let format = try reader.readUInt16()
        guard format == ManifestHeader.formatVersion else { throw .unsupportedVersion(UInt64(format)) }
        name = try reader.readText(limit: StoreLimits.imageNameBytes)
        version = try reader.readUInt64()
        architecture = try reader.readText(limit: ManifestLimits.architectureBytes)
        commandLine = try reader.readText(limit: ManifestLimits.commandLineBytes)
        namespace = NamespaceID(try reader.readDigest())
        namespaceEpoch = try reader.readUInt32()
        publisher = PeerID(try reader.readDigest())
        createdAt = try reader.readUInt64()
        parts = try ManifestHeader.readParts(from: &reader)
        distinctCount = Int(try reader.readUInt32())
        let stored = try reader.readUInt64()
        pagesRoot = try reader.readDigest()
        sealedRoot = try reader.readDigest()
        try reader.finish()

        guard ImageName.isValid(name) else { throw .malformed("image name") }
        guard ManifestHeader.isPlainText(architecture), ManifestHeader.isPlainText(commandLine) else {
            throw .malformed("control characters in the header")
        }
        guard (1...ManifestLimits.version).contains(version) else { throw .outOfRange("image version") }
        guard createdAt <= UInt64(Int64.max) else { throw .outOfRange("creation time") }
        let chunks = parts.reduce(0) { $0 + ManifestPart.chunkCount(size: $1.size.bytes) }
        guard distinctCount <= min(chunks, ManifestLimits.distinctChunks) else { throw .outOfRange("distinct chunks") }
        guard stored <= UInt64(distinctCount) * UInt64(FormatLimits.chunkBytes), stored >= UInt64(distinctCount) else {
            throw .outOfRange("stored bytes")
        }
        storedBytes = ByteCount(bytes: Int64(stored))
    }

    /// No control character may reach a terminal, a log or a kernel command line.
    static func isPlainText(_ text: String) -> Bool { text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }

    private static func readParts(from reader: inout ByteReader) throws(DecodeError) -> [Part] {
        let count = Int(try reader.readUInt8())
        guard (1...ManifestLimits.parts).contains(count) else { throw .outOfRange("parts") }
        var parts: [Part] = []
        for _ in 0..<count {
            let name = try reader.readText(limit: ManifestLimits.partNameBytes)
            let size = try reader.readUInt64()
            let pages = Int(try reader.readUInt32())
            guard ManifestPart.isValidName(name), !parts.contains(where: { $0.name == name }) else {
                throw .malformed("part name")
            }
            guard size <= UInt64(FormatLimits.partBytes) else { throw .outOfRange("part size") }
            // Every page but the last has its full number of entries, and an entry covers at least one chunk.
            let chunks = ManifestPart.chunkCount(size: Int64(size))
            guard pages <= Self.pages(of: chunks, by: ManifestLimits.entriesPerPage), (pages == 0) == (chunks == 0)
            else { throw .outOfRange("pages of a part") }
            parts.append(Part(name: name, size: ByteCount(bytes: Int64(size)), pageCount: pages))
        }
        return parts
    }
}
