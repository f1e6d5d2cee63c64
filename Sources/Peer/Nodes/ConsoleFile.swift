import Basics
import Glibc

/// Reads a node's console in pieces.
enum ConsoleFile {
    /// Bytes of one piece: six times as much when every byte is escaped in JSON.
    private static let pieceBytes = 64 << 10

    /// The text from an offset on; an offset past the end (the console was cut) starts over.
    static func read(_ path: String, from offset: Int64) throws(SkeinError) -> ConsolePiece {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw SkeinError(.notFound, doing: "reading the console \(path)", cause: String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        let end = Int64(lseek(descriptor, 0, SEEK_END))
        let start = offset < 0 || offset > end ? 0 : offset
        var bytes = [UInt8](repeating: 0, count: Int(min(Int64(pieceBytes), end - start)))
        let count = pread(descriptor, &bytes, bytes.count, off_t(start))
        let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        return ConsolePiece(text: text, end: start + Int64(max(0, count)))
    }
}
