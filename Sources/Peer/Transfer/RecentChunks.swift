import ImageStore

/// The last chunks that arrived, kept in memory for children that are close behind.
struct RecentChunks {
    private var chunks: [Int: VerifiedChunk] = [:]
    private var order: [Int] = []
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    subscript(index: Int) -> VerifiedChunk? { chunks[index] }

    mutating func insert(_ chunk: VerifiedChunk, at index: Int) {
        guard chunks.updateValue(chunk, forKey: index) == nil else { return }
        order.append(index)
        if order.count > limit {
            chunks[order.removeFirst()] = nil
        }
    }

    mutating func removeAll() {
        chunks = [:]
        order = []
    }
}
