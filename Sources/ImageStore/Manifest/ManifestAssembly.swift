internal import Basics

/// Puts pages together in order and checks that they describe every chunk of every part exactly once.
struct ManifestAssembly {
    private let header: ManifestHeader
    private var parts: [ManifestPart] = []
    private var distinct: [ManifestChunk] = []
    private var seen: Set<ChunkID> = []
    private var storedBytes: Int64 = 0
    /// Of the part being put together.
    private var entries: [ManifestPart.Entry] = []
    private var pagesOfPart = 0
    private var nextChunk = 0

    init(header: ManifestHeader) {
        self.header = header
        closeFullParts()
    }

    mutating func append(_ page: ManifestPage) throws(DecodeError) {
        guard page.partIndex == parts.count, page.partIndex < header.parts.count, page.firstChunk == nextChunk,
            page.firstDistinct == distinct.count
        else { throw .malformed("a page out of its place") }
        let part = header.parts[page.partIndex]
        pagesOfPart += 1
        guard page.entries.count == ManifestLimits.entriesPerPage || pagesOfPart == part.pageCount else {
            throw .malformed("a short page before the last")
        }
        let total = ManifestPart.chunkCount(size: part.size.bytes)
        for entry in page.entries {
            guard nextChunk < total else { throw .malformed("a page beyond the end of its part") }
            let plainLength = ManifestPart.plainLength(ofChunk: nextChunk, size: part.size.bytes)
            try append(entry, plainLength: plainLength, chunksLeft: total - nextChunk)
        }
        if pagesOfPart == part.pageCount {
            guard nextChunk == total else { throw .malformed("a part whose pages do not reach its end") }
            closePart()
            closeFullParts()
        }
    }

    consuming func finish() throws(DecodeError) -> ([ManifestPart], [ManifestChunk]) {
        guard parts.count == header.parts.count else { throw .malformed("number of pages") }
        guard distinct.count == header.distinctCount, storedBytes == header.storedBytes.bytes else {
            throw .malformed("totals of the header")
        }
        return (parts, distinct)
    }

    private mutating func append(
        _ entry: ManifestPage.Entry, plainLength: Int, chunksLeft: Int
    ) throws(DecodeError) {
        switch entry {
        case .zeros(let chunks):
            guard chunks <= chunksLeft else { throw .malformed("a zero run beyond the end of its part") }
            if case .zeros = entries.last { throw .malformed("two zero runs side by side") }
            entries.append(.zeros(chunks: Int(chunks)))
            nextChunk += Int(chunks)
        case .chunk(let id, let storedLength):
            guard seen.insert(id).inserted else { throw .malformed("a chunk named twice as new") }
            guard Int(storedLength) <= plainLength, distinct.count < header.distinctCount else {
                throw .malformed("a stored form longer than the plain one")
            }
            entries.append(.chunk(distinctIndex: distinct.count))
            distinct.append(ManifestChunk(id: id, storedLength: Int(storedLength), plainLength: plainLength))
            storedBytes += Int64(storedLength)
            nextChunk += 1
        case .repeated(let index):
            guard Int(index) < distinct.count, distinct[Int(index)].plainLength == plainLength else {
                throw .malformed("a repeated chunk that does not fit")
            }
            entries.append(.chunk(distinctIndex: Int(index)))
            nextChunk += 1
        }
    }

    /// Parts without chunks have no page that would close them.
    private mutating func closeFullParts() {
        while parts.count < header.parts.count, header.parts[parts.count].pageCount == 0 { closePart() }
    }

    private mutating func closePart() {
        let part = header.parts[parts.count]
        parts.append(ManifestPart(name: part.name, size: part.size, entries: entries))
        entries = []
        pagesOfPart = 0
        nextChunk = 0
    }
}
