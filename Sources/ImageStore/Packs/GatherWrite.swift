internal import Basics
internal import Glibc

/// Writes many pieces of memory one behind the other with one system call for many of them.
///
/// Whoever adds a piece keeps its memory until ``finish()`` has returned.
struct GatherWrite {
    /// The kernel takes at most 1,024 at once.
    private static let pieces = 256

    let file: OpenFile
    private var offset: Int64
    private var waiting: [iovec] = []

    init(file: OpenFile, offset: Int64) {
        self.file = file
        self.offset = offset
        waiting.reserveCapacity(GatherWrite.pieces)
    }

    mutating func add(_ piece: UnsafeRawBufferPointer) throws(SkeinError) {
        waiting.append(iovec(iov_base: UnsafeMutableRawPointer(mutating: piece.baseAddress), iov_len: piece.count))
        if waiting.count == GatherWrite.pieces { try finish() }
    }

    /// Writes all that was added.
    mutating func finish() throws(SkeinError) {
        var first = 0
        while first < waiting.count {
            let written = waiting[first...].withUnsafeBufferPointer {
                pwritev(file.descriptor, $0.baseAddress, Int32($0.count), Int(offset))
            }
            guard written >= 0 else {
                if errno == EINTR { continue }
                throw SystemFailure.error(errno, doing: "writing \(file.path)")
            }
            offset += Int64(written)
            // A disk that gets full takes a part; the next call says why.
            var left = written
            while first < waiting.count, left >= waiting[first].iov_len {
                left -= waiting[first].iov_len
                first += 1
            }
            if left > 0 {
                waiting[first].iov_base += left
                waiting[first].iov_len -= left
            }
        }
        waiting.removeAll(keepingCapacity: true)
    }
}
