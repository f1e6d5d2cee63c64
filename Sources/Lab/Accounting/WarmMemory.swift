import Basics
import Glibc

/// Has the hypervisor of a virtual machine back the memory that a run is about to use, and keeps it so until then.
///
/// The first touch of a page that the host has not given yet costs up to ten times what a later one does (2.8 instead of
/// 0.3 processor seconds for a GiB, measured), and would count as the peers': figures of two runs of one file then differ
/// by what happened to be touched before. What is free goes back to the host within seconds (``PageReporting``), so to
/// touch it beforehand is not enough: it is held, and let go piece by piece as the run uses it up. On real machines this
/// takes a moment.
enum WarmMemory {
    /// What is let go at once, and touched between looks at whether the run was cancelled.
    private static let pieceBytes = 4 << 20
    /// More is let go when what is free and warm falls below what the run takes in two looks, within these bounds: the
    /// kernel gives away first what came last, so this much lies free until it goes back to the host, which stops the
    /// machine for half a millisecond a MiB.
    private static let leastAheadBytes: Int64 = 24 << 20
    private static let mostAheadBytes: Int64 = 256 << 20
    private static let look: Duration = .milliseconds(25)
    private static let looksAhead = 2.0
    /// So much more than that is let go at a time.
    private static let share: Int64 = 2
    /// Left to everybody else.
    private static let leftBytes: Int64 = 1 << 30

    /// One task at a time has a piece.
    private struct Piece: @unchecked Sendable {
        let start: UnsafeMutableRawPointer

        /// Touched memory in large pages, as files in memory take it (see `LabRun.makeDirectories`): what comes back in
        /// small ones goes to the end of the kernel's lists, behind what the host has not given. Nil when there is none.
        init?() {
            let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
            guard let piece = mmap(nil, pieceBytes, PROT_READ | PROT_WRITE, flags, -1, 0), piece != MAP_FAILED else {
                return nil
            }
            start = piece
            // A kernel without large pages gives small ones.
            _ = madvise(start, pieceBytes, MADV_HUGEPAGE)
            if madvise(start, pieceBytes, MADV_POPULATE_WRITE) != 0 { memset(start, 1, pieceBytes) }
        }

        func release() { munmap(start, pieceBytes) }
    }

    /// Takes so much memory, less when there is not as much, and lets it go while `body` runs.
    static func keep<Result>(_ bytes: Int64, during body: () async throws -> Result) async throws -> Result {
        // Tables, logs and the peers' own memory come on top of what is known to be stored; and the kernel gives away what
        // was let go last, so what lies below goes back to the host and is never used.
        let pieces = try take(bytes + bytes / 8 + 2 * leastAheadBytes)
        let used = usedPages()
        let reporting = PageReporting.quiet()
        let releasing = Task { await letGo(pieces, used: used) }
        defer {
            releasing.cancel()
            reporting.restore()
        }
        return try await body()
    }

    private static func take(_ bytes: Int64) throws(SkeinError) -> [Piece] {
        let most = min(bytes, (kernelFigure("MemAvailable") ?? 0) - leftBytes)
        var pieces: [Piece] = []
        while Int64(pieces.count * pieceBytes) < most {
            guard !Task.isCancelled, let piece = Piece() else { break }
            pieces.append(piece)
        }
        guard Task.isCancelled else { return pieces }
        for piece in pieces { piece.release() }
        throw SkeinError(.cancelled, doing: "touching memory", cause: "interrupted")
    }

    /// Ends when all is gone; at once when the task is cancelled.
    private static func letGo(_ pieces: [Piece], used before: Int64?) async {
        var pieces = pieces
        var released: Int64 = 0
        let start = ContinuousClock.now
        while !pieces.isEmpty, !Task.isCancelled {
            guard let before, let now = usedPages() else { break }
            var ahead = (before - now) * pageBytes
            let rate = Double(released - ahead) / max(0.5, (ContinuousClock.now - start).inSeconds)
            let least = min(max(Int64(looksAhead * look.inSeconds * rate), leastAheadBytes), mostAheadBytes)
            let wanted = ahead < least ? least + least / share : 0
            while ahead < wanted, let piece = pieces.popLast() {
                piece.release()
                ahead += Int64(pieceBytes)
                released += Int64(pieceBytes)
            }
            try? await Task.sleep(for: look)
        }
        for piece in pieces { piece.release() }
    }

    private static let pageBytes = Int64(sysconf(Int32(_SC_PAGESIZE)))

    /// Pages that were taken since the machine started less those that were given back. What is free says something else:
    /// pages that are on their way to the host are not counted as free meanwhile.
    private static func usedPages() -> Int64? {
        guard let bytes = Files.read("/proc/vmstat") else { return nil }
        var used: Int64 = 0
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 2, let count = Int64(words[1]) else { continue }
            if words[0].hasPrefix("pgalloc_") { used += count }
            if words[0] == "pgfree" { used -= count }
        }
        return used
    }

    /// A line of `/proc/meminfo`, in bytes.
    private static func kernelFigure(_ name: String) -> Int64? {
        guard let bytes = Files.read("/proc/meminfo") else { return nil }
        let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("\(name):") }
        return line?.split(separator: " ").dropFirst().first.flatMap { Int64($0) }.map { $0 << 10 }
    }
}
