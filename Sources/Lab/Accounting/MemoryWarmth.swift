import Basics
import Glibc

/// Has the hypervisor of a virtual machine back the memory that a run is about to use.
///
/// The first touch of a page that the host has not given yet costs ten times what a later one does (2.8 instead of 0.3
/// processor seconds for a GiB, measured), and would count as the peers': figures of two runs of one file then differ by
/// what happened to be touched before. On real machines, and the second time, this takes a moment.
enum MemoryWarmth {
    /// What is touched at once, between looks at whether the run was cancelled.
    private static let stepBytes = 128 << 20

    /// Takes so much memory, touches all of it and gives it back; less when the kernel does not give it.
    static func touch(_ bytes: Int64) async throws(SkeinError) {
        var taken: [UnsafeMutableRawPointer] = []
        defer { for piece in taken { munmap(piece, stepBytes) } }
        while Int64(taken.count) * Int64(stepBytes) < bytes {
            if Task.isCancelled { throw SkeinError(.cancelled, doing: "touching memory", cause: "interrupted") }
            let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_POPULATE
            guard let piece = mmap(nil, stepBytes, PROT_READ | PROT_WRITE, flags, -1, 0), piece != MAP_FAILED else {
                return
            }
            taken.append(piece)
            await Task.yield()
        }
    }
}
