internal import Basics
internal import Trust

/// Collects the chunks of an image part by part and makes its signed manifest.
struct ManifestBuilder {
    private var parts: [ManifestHeader.Part] = []
    private var pages: [[UInt8]] = []
    private var indexes: [ChunkID: UInt32] = [:]
    private var sealed: [SealedChunk] = []
    private var storedBytes: Int64 = 0
    /// Of the page being filled.
    private var entries: [ManifestPage.Entry] = []
    private var pageFirstChunk = 0
    private var pageFirstDistinct = 0
    /// Of the part being described.
    private var nextChunk = 0
    private var pagesOfPart = 0
    private var pendingZeros = 0

    /// Notes chunks of zeros; neighbouring runs become one.
    mutating func appendZeros(chunks: Int) { pendingZeros += chunks }

    mutating func append(_ chunk: ManifestChunk, _ secret: SealedChunk) {
        flushZeros()
        if let index = indexes[chunk.id] {
            appendEntry(.repeated(distinctIndex: index), chunks: 1)
            return
        }
        indexes[chunk.id] = UInt32(sealed.count)
        appendEntry(.chunk(chunk.id, storedLength: UInt32(chunk.storedLength)), chunks: 1)
        sealed.append(secret)
        storedBytes += Int64(chunk.storedLength)
    }

    mutating func endPart(name: String, size: ByteCount) {
        flushZeros()
        flushPage()
        precondition(nextChunk == ManifestPart.chunkCount(size: size.bytes), "a part's chunks do not fit its size")
        parts.append(ManifestHeader.Part(name: name, size: size, pageCount: pagesOfPart))
        nextChunk = 0
        pagesOfPart = 0
    }

    var distinctCount: Int { sealed.count }

    /// Seals, hashes and signs. Fails only when a limit of the format is passed.
    func finish(_ facts: ImageFacts, key: ImageKey, identity: PeerIdentity) throws(DecodeError) -> Manifest {
        let secrets = SealedPart(recipe: facts.recipe, packages: facts.packages, chunks: sealed)
        let sealedPages = secrets.sealed(with: key)
        let header = ManifestHeader(
            name: facts.name, version: facts.version, architecture: facts.architecture,
            commandLine: facts.commandLine, namespace: facts.namespace, namespaceEpoch: facts.namespaceEpoch,
            publisher: identity.peerID, createdAt: facts.createdAt, parts: parts, distinctCount: sealed.count,
            storedBytes: ByteCount(bytes: storedBytes),
            pagesRoot: MerkleTree.root(of: pages.map(MerkleTree.leaf)),
            sealedRoot: MerkleTree.root(of: sealedPages.map(MerkleTree.leaf)))
        // Through the decoder, so that nothing is published that another peer would refuse.
        let checked = try ManifestHeader(decoding: header.encoded())
        let signature = ManifestSignature(of: checked.imageID, by: identity)
        return try Manifest(header: checked, pages: pages, sealedPages: sealedPages, signatures: [signature])
    }

    private mutating func flushZeros() {
        guard pendingZeros > 0 else { return }
        let chunks = pendingZeros
        pendingZeros = 0
        appendEntry(.zeros(chunks: UInt32(chunks)), chunks: chunks)
    }

    private mutating func appendEntry(_ entry: ManifestPage.Entry, chunks: Int) {
        if entries.isEmpty {
            pageFirstChunk = nextChunk
            pageFirstDistinct = sealed.count
        }
        entries.append(entry)
        nextChunk += chunks
        if entries.count == ManifestLimits.entriesPerPage { flushPage() }
    }

    private mutating func flushPage() {
        guard !entries.isEmpty else { return }
        let page = ManifestPage(
            partIndex: parts.count, firstChunk: pageFirstChunk, firstDistinct: pageFirstDistinct, entries: entries)
        pages.append(page.encoded())
        pagesOfPart += 1
        entries.removeAll(keepingCapacity: true)
    }
}
