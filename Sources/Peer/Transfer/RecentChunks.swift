import Basics
import ImageStore
import Pipeline

/// Chunks that arrived and that some child still lacks, kept in memory so that they need not be read again.
///
/// What was kept first stays: children go through chunks in one order, and a child that is further behind than fits would
/// find nothing of what it needs next if the newest pushed the oldest out.
struct RecentChunks {
    private struct Entry {
        let index: Int
        let since: Instant
    }

    /// Ordered by age.
    private var entries: [Entry] = []
    private var chunks: [Int: VerifiedChunk] = [:]
    private var bytes = 0

    subscript(index: Int) -> VerifiedChunk? { chunks[index] }

    /// Keeps a chunk when there is room, and lets go of those that nobody lacks any more, or only who is too slow to be
    /// waited for.
    mutating func insert(_ chunk: VerifiedChunk, at index: Int, now: Instant, isLacking: (Int) -> Bool) {
        guard chunks[index] == nil, isLacking(index) else { return }
        if entries.count >= PeerLimits.recentsUnchecked { clear(now: now, isLacking) }
        guard hasRoom(for: chunk) else { return }
        chunks[index] = chunk
        entries.append(Entry(index: index, since: now))
        bytes += chunk.bytes.count
    }

    mutating func removeAll() {
        entries = []
        chunks = [:]
        bytes = 0
    }

    private func hasRoom(for chunk: VerifiedChunk) -> Bool {
        entries.count < PipelineLimits.recentChunks && bytes + chunk.bytes.count <= PeerLimits.recentBytes
    }

    private mutating func clear(now: Instant, _ isLacking: (Int) -> Bool) {
        entries.removeAll { entry in
            guard entry.since + PeerLimits.recentAge <= now || !isLacking(entry.index) else { return false }
            bytes -= chunks.removeValue(forKey: entry.index)?.bytes.count ?? 0
            return true
        }
    }
}
