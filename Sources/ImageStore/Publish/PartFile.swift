internal import Basics
internal import Glibc

/// A raw file that becomes a part: its size, and which of its chunks are more than holes.
struct PartFile: Sendable {
    let name: String
    let size: Int64
    /// Chunk indexes that hold data by what the file system says, in rising order, not touching each other.
    let dataRanges: [Range<Int>]
    private let file: OpenFile
    private let changedAt: timespec

    init(name: String, path: String) throws(SkeinError) {
        let doing = "reading \(path)"
        file = try OpenFile(path: path, mode: .read)
        let status = try file.status()
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw SkeinError(.usage, doing: doing, cause: "it is no regular file")
        }
        guard Int64(status.st_size) <= FormatLimits.partBytes else {
            throw SkeinError(
                .usage, doing: doing, cause: "a part has at most \(ByteCount(bytes: FormatLimits.partBytes))")
        }
        self.name = name
        size = Int64(status.st_size)
        changedAt = status.st_mtim
        dataRanges = try PartFile.dataRanges(of: file, size: size)
    }

    var dataChunks: Int { dataRanges.reduce(0) { $0 + $1.count } }

    /// Reads one chunk into the start of a buffer and returns that part of it.
    func read(chunk index: Int, into buffer: UnsafeMutableRawBufferPointer) throws(SkeinError) -> UnsafeRawBufferPointer
    {
        let length = ManifestPart.plainLength(ofChunk: index, size: size)
        let plain = UnsafeMutableRawBufferPointer(rebasing: buffer[..<length])
        let offset = Int64(index) * Int64(FormatLimits.chunkBytes)
        guard try file.read(into: plain, at: offset) == length else { throw changed() }
        return UnsafeRawBufferPointer(plain)
    }

    /// Fails when the file was written to since it was opened: the image would be of no single moment.
    func checkUnchanged() throws(SkeinError) {
        let status = try file.status()
        guard Int64(status.st_size) == size, status.st_mtim.tv_sec == changedAt.tv_sec,
            status.st_mtim.tv_nsec == changedAt.tv_nsec
        else { throw changed() }
    }

    private func changed() -> SkeinError {
        SkeinError(
            .conflict, doing: "reading \(file.path)", cause: "it changed while it was read",
            next: "stop what writes to it, then try again")
    }

    private static func dataRanges(of file: OpenFile, size: Int64) throws(SkeinError) -> [Range<Int>] {
        // Linux: SEEK_DATA and SEEK_HOLE of lseek(2).
        let (seekData, seekHole): (Int32, Int32) = (3, 4)
        let chunk = FormatLimits.chunkBytes
        var ranges: [Range<Int>] = []
        var offset = 0
        while offset < Int(size) {
            let data = lseek(file.descriptor, offset, seekData)
            if data < 0, errno == ENXIO { break }
            guard data >= 0 else { throw SystemFailure.error(errno, doing: "looking for holes in \(file.path)") }
            let hole = lseek(file.descriptor, data, seekHole)
            guard hole > data else { throw SystemFailure.error(errno, doing: "looking for holes in \(file.path)") }
            // A file that grows meanwhile is found out later; here it must not lead beyond the size.
            let (first, end) = (data / chunk, (min(hole, Int(size)) + chunk - 1) / chunk)
            if first < end {
                if let last = ranges.last, first <= last.upperBound {
                    ranges[ranges.count - 1] = last.lowerBound..<max(end, last.upperBound)
                } else {
                    ranges.append(first..<end)
                }
            }
            offset = hole
        }
        return ranges
    }
}
