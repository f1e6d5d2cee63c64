internal import Basics
internal import Synchronization
internal import Trust

/// Turns the data chunks of part files into stored chunks, on all processors, each distinct one once.
struct Publisher: Sendable {
    /// What the workers share.
    struct Shared: Sendable {
        /// The next data chunk that nobody took.
        var next = 0
        /// For each data chunk its place in `chunks`, or -1 for zeros.
        var slots: [Int32]
        var chunks: [PublishedChunk] = []
        var indexByPlainDigest: [Digest: Int32] = [:]
        var progress = PublishProgress()
    }

    /// Data chunks that a worker takes at once: neighbours in the file, so that reads stay in order.
    private static let runChunks = 8

    let store: LocalStore
    let parts: [PartFile]
    let namespaceKey: NamespaceKey
    let compression: ChunkCompression
    /// Chunks of the parent that are in the store, by plain digest.
    let reusable: [Digest: PublishedChunk]
    let isCancelled: @Sendable () -> Bool

    /// Reads, seals and stores everything; the chunks are durable when this returns.
    func run(
        doing: String, progress report: @Sendable (PublishProgress) -> Void
    ) throws(SkeinError) -> Shared {
        let chunkBytes = Int64(FormatLimits.chunkBytes)
        let order = DataOrder(parts)
        let count = order.count
        var initial = Shared(slots: [Int32](repeating: -1, count: count))
        initial.progress.totalBytes = ByteCount(bytes: Int64(count) * chunkBytes)
        report(initial.progress)
        let shared = Mutex(initial)
        try Workers.run { (failed) throws(SkeinError) in
            let encoder = ChunkEncoder(key: namespaceKey, compression: compression)
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: FormatLimits.chunkBytes, alignment: 4096)
            defer { buffer.deallocate() }
            var pending: [VerifiedChunk] = []
            var pendingBytes = 0
            while failed.error == nil {
                if isCancelled() { throw SkeinError(.cancelled, doing: doing, cause: "cancelled") }
                let run = shared.withLock { shared in
                    let start = shared.next
                    shared.next = min(count, start + Publisher.runChunks)
                    return start..<shared.next
                }
                if run.isEmpty { break }
                for slot in run {
                    let (part, index) = order.locate(slot)
                    let plain = try parts[part].read(chunk: index, into: buffer)
                    guard let new = take(plain, slot: slot, encoder: encoder, shared: shared) else { continue }
                    pending.append(new)
                    pendingBytes += new.bytes.count
                }
                if pendingBytes >= StoreLimits.batchBytes {
                    try store.commit(pending)
                    pending.removeAll(keepingCapacity: true)
                    pendingBytes = 0
                }
                let done = shared.withLock { shared in
                    let bytes = shared.progress.doneBytes.bytes + Int64(run.count) * chunkBytes
                    shared.progress.doneBytes = ByteCount(bytes: bytes)
                    return shared.progress
                }
                report(done)
            }
            if failed.error == nil, !pending.isEmpty { try store.commit(pending) }
        }
        for part in parts { try part.checkUnchanged() }
        return shared.withLock { $0 }
    }

    /// Finds or makes the chunk for these plain bytes; a chunk that was made now is returned, to be stored.
    private func take(
        _ plain: UnsafeRawBufferPointer, slot: Int, encoder: ChunkEncoder, shared: borrowing Mutex<Shared>
    ) -> VerifiedChunk? {
        guard !ZeroCheck.isZero(plain) else { return nil }
        let digest = ContentHash.plain(plain)
        let isKnown = shared.withLock { shared in
            if let index = shared.indexByPlainDigest[digest] {
                shared.slots[slot] = index
                return true
            }
            guard let reused = reusable[digest] else { return false }
            shared.note(reused, digest, slot)
            shared.progress.reusedChunks += 1
            return true
        }
        if isKnown { return nil }
        let encoded = encoder.encode(plain, plainDigest: digest)
        let stored = encoded.stored
        return shared.withLock { shared in
            // Two workers may have met the same bytes at once; the first one's chunk is the one that is stored.
            if let index = shared.indexByPlainDigest[digest] {
                shared.slots[slot] = index
                return nil
            }
            let chunk = ManifestChunk(
                id: stored.id, storedLength: stored.bytes.count, plainLength: encoded.plainLength)
            shared.note(PublishedChunk(chunk: chunk, secret: encoded.secret), digest, slot)
            shared.progress.sealedChunks += 1
            shared.progress.sealedBytes = shared.progress.sealedBytes + ByteCount(bytes: Int64(stored.bytes.count))
            return stored
        }
    }
}

extension Publisher.Shared {
    fileprivate mutating func note(_ chunk: PublishedChunk, _ digest: Digest, _ slot: Int) {
        let index = Int32(chunks.count)
        chunks.append(chunk)
        indexByPlainDigest[digest] = index
        slots[slot] = index
    }
}
