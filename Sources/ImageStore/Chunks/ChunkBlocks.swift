internal import Basics
internal import Glibc
internal import Synchronization

/// Blocks of memory for chunks: a bounded number waits for the next use, the others go back to the system at once.
///
/// Blocks come from the system itself, not from the allocator, which would keep or scatter them.
public enum ChunkBlocks {
    /// One thread at a time has a block, which is what makes it safe to hand from thread to thread.
    private struct Block: @unchecked Sendable {
        let start: UnsafeMutableRawPointer
    }

    private static let idle = Mutex<[Block]>([])

    /// Room for the bytes of a chunk.
    static func take() -> UnsafeMutableRawPointer {
        if let block = idle.withLock({ $0.popLast() }) { return block.start }
        let block = mmap(nil, FormatLimits.chunkBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let block, block != MAP_FAILED else { fatalError("no memory for a chunk") }
        return block
    }

    /// - Parameter start: what ``take()`` gave.
    static func giveBack(_ start: UnsafeMutableRawPointer) {
        let block = Block(start: start)
        let isKept = idle.withLock { idle in
            guard idle.count < StoreLimits.idleBlocks else { return false }
            idle.append(block)
            return true
        }
        if !isKept { munmap(block.start, FormatLimits.chunkBytes) }
    }

    /// Gives all that wait back to the system: nothing is under way any more.
    public static func release() {
        let blocks = idle.withLock { idle in
            defer { idle = [] }
            return idle
        }
        for block in blocks { munmap(block.start, FormatLimits.chunkBytes) }
    }
}
