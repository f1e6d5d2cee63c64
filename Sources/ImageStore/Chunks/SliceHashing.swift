internal import Basics
internal import Trust

/// The slice hashes of whole chunks, on any thread.
enum SliceHashing {
    private static let hashers = Pool { SliceHasher() }

    /// The hash of each slice of a stored form.
    static func hashes(of stored: UnsafeRawBufferPointer) -> [Digest] {
        hashers.use { hasher in
            var hashes: [Digest] = []
            hashes.reserveCapacity(ChunkIdentity.sliceCount(of: stored.count))
            for start in stride(from: 0, to: stored.count, by: FormatLimits.sliceBytes) {
                let end = min(stored.count, start + FormatLimits.sliceBytes)
                hasher.add(UnsafeRawBufferPointer(rebasing: stored[start..<end]))
                if hasher.isFull || end == stored.count { hasher.finish { hashes.append($1.hash) } }
            }
            return hashes
        }
    }
}
