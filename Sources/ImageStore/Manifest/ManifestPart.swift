public import Basics

/// A named part of an image (`kernel`, `initrd`, `disk`): its size and what each of its chunks is.
public struct ManifestPart: Hashable, Sendable {
    /// Neighbouring chunks of a part that are described together.
    public enum Entry: Hashable, Sendable {
        /// This many chunks are all zeros; they are neither stored nor sent.
        case zeros(chunks: Int)
        /// One chunk, by its index among the image's distinct chunks.
        case chunk(distinctIndex: Int)

        /// How many chunks of the part the entry covers.
        public var chunkCount: Int {
            switch self {
            case .zeros(let chunks): chunks
            case .chunk: 1
            }
        }
    }

    public let name: String
    public let size: ByteCount
    public let entries: [Entry]

    public init(name: String, size: ByteCount, entries: [Entry]) {
        self.name = name
        self.size = size
        self.entries = entries
    }

    /// How many chunks the part has, zero chunks among them.
    public var chunkCount: Int { ManifestPart.chunkCount(size: size.bytes) }

    static func chunkCount(size: Int64) -> Int {
        Int((size + Int64(FormatLimits.chunkBytes) - 1) / Int64(FormatLimits.chunkBytes))
    }

    /// The plain size of the chunk at an index of a part of this size.
    static func plainLength(ofChunk index: Int, size: Int64) -> Int {
        Int(min(Int64(FormatLimits.chunkBytes), size - Int64(index) * Int64(FormatLimits.chunkBytes)))
    }

    /// Whether a text may name a part: a lower-case letter or digit first, then also dashes. It becomes a file name.
    public static func isValidName(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard let first = bytes.first, bytes.count <= ManifestLimits.partNameBytes else { return false }
        return ImageName.isLetterOrDigit(first)
            && bytes.allSatisfy { ImageName.isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
    }
}
