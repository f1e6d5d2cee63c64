public import Basics

/// Up to 1,024 entries of one part: what some of its chunks are.
public struct ManifestPage: Hashable, Sendable {
    /// An entry as it is written.
    public enum Entry: Hashable, Sendable {
        /// So many chunks of zeros.
        case zeros(chunks: UInt32)
        /// A chunk that appears here for the first time: it takes the next distinct index.
        case chunk(ChunkID, storedLength: UInt32)
        /// A chunk that appeared before, by its distinct index.
        case repeated(distinctIndex: UInt32)
    }

    /// The part, by its place in the header.
    public let partIndex: Int
    /// The index within its part of the first chunk that the page describes.
    public let firstChunk: Int
    /// How many distinct chunks all earlier pages name.
    public let firstDistinct: Int
    public let entries: [Entry]

    public init(partIndex: Int, firstChunk: Int, firstDistinct: Int, entries: [Entry]) {
        self.partIndex = partIndex
        self.firstChunk = firstChunk
        self.firstDistinct = firstDistinct
        self.entries = entries
    }

    public func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 11 + entries.count * 37)
        writer.write(UInt8(partIndex))
        writer.write(UInt32(firstChunk))
        writer.write(UInt32(firstDistinct))
        writer.write(UInt16(entries.count))
        for entry in entries {
            switch entry {
            case .zeros(let chunks):
                writer.write(UInt8(0))
                writer.write(chunks)
            case .chunk(let id, let storedLength):
                writer.write(UInt8(1))
                writer.write(id.digest)
                writer.write(storedLength)
            case .repeated(let distinctIndex):
                writer.write(UInt8(2))
                writer.write(distinctIndex)
            }
        }
        return writer.bytes
    }

    /// Checks what a page can say alone; how pages fit together is checked by ``Manifest``.
    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        guard bytes.count <= ManifestLimits.pageBytes else { throw .outOfRange("manifest page") }
        var reader = ByteReader(bytes)
        partIndex = Int(try reader.readUInt8())
        firstChunk = Int(try reader.readUInt32())
        firstDistinct = Int(try reader.readUInt32())
        let count = Int(try reader.readUInt16())
        // An entry has at least five bytes, so the bytes at hand bound the memory.
        guard (1...ManifestLimits.entriesPerPage).contains(count), count * 5 <= reader.remaining else {
            throw .outOfRange("page entries")
        }
        var entries: [Entry] = []
        entries.reserveCapacity(count)
        for _ in 0..<count {
            let kind = try reader.readUInt8()
            switch kind {
            case 0:
                let chunks = try reader.readUInt32()
                guard chunks > 0 else { throw .outOfRange("zero run") }
                entries.append(.zeros(chunks: chunks))
            case 1:
                let id = ChunkID(try reader.readDigest())
                let length = try reader.readUInt32()
                guard (1...UInt32(FormatLimits.chunkBytes)).contains(length) else { throw .outOfRange("stored length") }
                entries.append(.chunk(id, storedLength: length))
            case 2:
                entries.append(.repeated(distinctIndex: try reader.readUInt32()))
            default:
                throw .malformed("page entry of an unknown kind")
            }
        }
        try reader.finish()
        self.entries = entries
    }
}
