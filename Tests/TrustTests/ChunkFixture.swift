import Basics
import Trust

/// Helps tests with the names of chunks.
enum ChunkFixture {
    /// The ChunkID of a stored form.
    static func name(of stored: [UInt8], tag: ChunkTag) -> ChunkID {
        let slices = stride(from: 0, to: stored.count, by: FormatLimits.sliceBytes).map { start in
            stored[start..<min(start + FormatLimits.sliceBytes, stored.count)].withUnsafeBytes {
                ContentHash.slice($0)
            }
        }
        return ContentHash.chunk(length: stored.count, tag: tag, slices: slices)
    }
}
