import ImageStore

/// The last chunks that arrived, kept in memory for children that are close behind.
struct RecentChunks {
    private var chunks: [Int: VerifiedChunk] = [:]
    private var order: [Int] = []
    private let limit: Int
    private let byteLimit: Int
    private var bytes = 0

    init(limit: Int, bytes: Int = PeerLimits.recentBytes) {
        self.limit = limit
        byteLimit = bytes
    }

    subscript(index: Int) -> VerifiedChunk? { chunks[index] }

    mutating func insert(_ chunk: VerifiedChunk, at index: Int) {
        guard chunks.updateValue(chunk, forKey: index) == nil else { return }
        order.append(index)
        bytes += chunk.bytes.count
        while order.count > limit || bytes > byteLimit, let oldest = order.first {
            order.removeFirst()
            bytes -= chunks.removeValue(forKey: oldest)?.bytes.count ?? 0
        }
    }

    mutating func removeAll() {
        chunks = [:]
        order = []
        bytes = 0
    }
}
