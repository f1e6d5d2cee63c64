internal import Basics

/// Walks through a pack's bytes and finds every whole record, whatever lies between.
struct PackScanner {
    private static let searchBytes = 1 << 20

    struct Result {
        var rows: [ChunkRow] = []
        /// The offset behind the last whole record, or where the scan began.
        var end: Int64
        /// Records whose head is right and whose bytes are not, and stretches that are no record.
        var damaged = 0
    }

    let file: OpenFile
    let number: UInt32

    /// Reads from an offset to the end of the file. Every byte that it believes was hashed.
    func scan(from start: Int64) throws(SkeinError) -> Result {
        let size = try file.size()
        var result = Result(end: start)
        var offset = start
        while offset < size {
            guard let record = try record(at: offset) else {
                result.damaged += 1
                offset = try nextMagic(after: offset, size: size)
                continue
            }
            let identity = record.identity
            let location = ChunkLocation(pack: number, offset: offset, length: identity.length)
            let bytes = try file.chunk(identity.length, at: offset + Int64(record.headBytes))
            if let bytes, VerifiedChunk(verifying: bytes, as: identity) != nil {
                result.rows.append(ChunkRow(id: identity.id, location: location))
                result.end = location.end
                offset = location.end
            } else {
                // The head may lie about nothing but its own bytes, yet another record may begin inside a torn one.
                result.damaged += 1
                offset = try nextMagic(after: offset, size: size)
            }
        }
        return result
    }

    private func record(at offset: Int64) throws(SkeinError) -> PackRecord? {
        let head = try file.bytes(PackRecord.largestHeadBytes, at: offset)
        return try? PackRecord(decoding: head)
    }

    /// The next offset where a record's magic stands, or the end of the file.
    private func nextMagic(after offset: Int64, size: Int64) throws(SkeinError) -> Int64 {
        var at = offset + 1
        while at < size {
            let window = try file.bytes(PackScanner.searchBytes, at: at)
            guard window.count >= 4 else { return size }
            let found = window.withUnsafeBytes { bytes in
                (0...bytes.count - 4).first { index in
                    bytes.loadUnaligned(fromByteOffset: index, as: UInt32.self) == PackRecord.magic.bigEndian
                }
            }
            if let found { return at + Int64(found) }
            at += Int64(window.count - 3)
            if window.count < PackScanner.searchBytes { return size }
        }
        return size
    }
}
