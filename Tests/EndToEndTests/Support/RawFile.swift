import Foundation

/// A raw disk file for an import, made of pieces of known kinds.
struct RawFile: Sendable {
    enum Piece: Sendable {
        /// Nothing can be saved on these.
        case random(Int)
        /// Zeros that are written.
        case zeros(Int)
        /// Zeros that are a hole.
        case hole(Int)
        /// Text that compresses well and never repeats as a whole chunk.
        case text(Int)
    }

    let path: String
    let bytes: Int
    /// Bytes that are neither zero nor compressible.
    let randomBytes: Int

    static let mebibyte = 1 << 20

    /// Makes the file; equal seeds make equal files.
    init(_ path: String, seed: UInt64, _ pieces: [Piece]) throws {
        self.path = path
        guard let file = fopen(path, "w") else { throw TestFailure("cannot write \(path)") }
        defer { fclose(file) }
        var generator = Generator(state: seed)
        var bytes = 0
        var random = 0
        for piece in pieces {
            switch piece {
            case .random(let count):
                random += count
                bytes += count
                RawFile.write(count, to: file) { generator.fill(&$0) }
            case .zeros(let count):
                bytes += count
                RawFile.write(count, to: file) { _ in }
            case .text(let count):
                bytes += count
                RawFile.write(count, to: file) { buffer in
                    for index in buffer.indices { buffer[index] = 0x20 + UInt8(truncatingIfNeeded: index % 61) }
                    let mark = generator.next()
                    for index in 0..<min(8, buffer.count) {
                        buffer[index] = UInt8(truncatingIfNeeded: mark >> (8 * index))
                    }
                }
            case .hole(let count):
                bytes += count
                fseek(file, count, SEEK_CUR)
            }
        }
        fflush(file)
        guard ferror(file) == 0, ftruncate(fileno(file), off_t(bytes)) == 0 else {
            throw TestFailure("cannot write \(path): \(String(cString: strerror(errno)))")
        }
        self.bytes = bytes
        randomBytes = random
    }

    private static func write(_ count: Int, to file: UnsafeMutablePointer<FILE>, fill: (inout [UInt8]) -> Void) {
        var left = count
        while left > 0 {
            var buffer = [UInt8](repeating: 0, count: min(left, 1 << 18))
            fill(&buffer)
            fwrite(buffer, 1, buffer.count, file)
            left -= buffer.count
        }
    }

    /// SplitMix64: fast, and the same everywhere.
    private struct Generator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var word = state
            word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
            return word ^ (word >> 31)
        }

        mutating func fill(_ buffer: inout [UInt8]) {
            buffer.withUnsafeMutableBytes { raw in
                let words = raw.count / 8
                for index in 0..<words { raw.storeBytes(of: next(), toByteOffset: index * 8, as: UInt64.self) }
                for index in (words * 8)..<raw.count { raw[index] = UInt8(truncatingIfNeeded: next()) }
            }
        }
    }
}

extension TestLab {
    /// SHA-256 of a file, by the system's own tool.
    func digest(_ path: String) async throws -> String {
        String(try await tool("sha256sum", [path]).output.prefix(64))
    }

    /// Has a host write an image to a file and hashes it.
    func exportedDigest(_ image: String, at host: String) async throws -> String {
        let file = path("\(image)-\(host).raw")
        defer { try? FileManager.default.removeItem(atPath: file) }
        try await must(host, ["image", "export", image, file])
        return try await digest(file)
    }
}
