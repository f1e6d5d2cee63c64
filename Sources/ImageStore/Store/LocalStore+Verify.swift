public import Basics
internal import Synchronization
public import Trust

/// What a verification found.
public struct VerifyReport: Sendable, Hashable {
    /// Chunks whose stored form was read and hashed.
    public internal(set) var checkedChunks = 0
    public internal(set) var checkedBytes = ByteCount(bytes: 0)
    /// Chunks that were decrypted and decompressed, and whose plain bytes have the digest of the sealed part.
    public internal(set) var checkedPlain = 0
    /// Chunks whose bytes were bad; they are quarantined.
    public internal(set) var corrupt: [ChunkID] = []
    /// Chunks that are not in the store.
    public internal(set) var missing: [ChunkID] = []
    /// Chunks that are as stored once, yet do not open to the plain bytes that the publisher promised.
    public internal(set) var dishonest: [ChunkID] = []

    public var isSound: Bool { corrupt.isEmpty && missing.isEmpty && dishonest.isEmpty }
}

extension LocalStore {
    /// Reads and hashes every chunk of an image, and compares plain digests when the key is given.
    public func verify(
        _ id: ImageID, key: ImageKey? = nil, isCancelled: @Sendable () -> Bool = { false }
    ) throws(SkeinError) -> VerifyReport {
        let doing = "verifying image \(id.short)"
        let manifest = try requireManifest(id, doing: doing)
        guard manifest.isSigned else {
            throw SkeinError(.corrupt, doing: doing, cause: "the manifest's signature is wrong")
        }
        let secrets = try key.map { (key) throws(SkeinError) in try openSealed(manifest, key, doing: doing) }
        let report = Mutex(VerifyReport())
        try Workers.forEach(manifest.distinctChunks.count) { (index) throws(SkeinError) in
            if isCancelled() { throw SkeinError(.cancelled, doing: doing, cause: "cancelled") }
            let expected = manifest.distinctChunks[index]
            guard let chunk = try check(expected.id, into: report) else { return }
            guard let secret = secrets?.chunks[index] else { return }
            let isHonest = decoders.use { decoder in
                decoder.decode(chunk, secret: secret, plainLength: expected.plainLength).map {
                    ContentHash.plain($0) == secret.plainDigest
                } ?? false
            }
            report.withLock { report in
                if isHonest { report.checkedPlain += 1 } else { report.dishonest.append(expected.id) }
            }
        }
        return ordered(report)
    }

    /// Reads and hashes every chunk of the store: a scrub.
    ///
    /// `pause` is called after each page of chunks, so that a caller can hold it at low priority.
    public func verifyAll(
        isCancelled: @Sendable () -> Bool = { false }, pause: () -> Void = {}
    ) throws(SkeinError) -> VerifyReport {
        let report = Mutex(VerifyReport())
        var last: ChunkID?
        while true {
            let ids = try catalog.ids(after: last, limit: 256)
            guard let end = ids.last else { return ordered(report) }
            last = end
            try Workers.forEach(ids.count) { (index) throws(SkeinError) in
                if isCancelled() { throw SkeinError(.cancelled, doing: "verifying the store", cause: "cancelled") }
                _ = try check(ids[index], into: report)
            }
            pause()
        }
    }

    /// Opens the sealed part of a manifest with an error that people understand.
    func openSealed(_ manifest: Manifest, _ key: ImageKey, doing: String) throws(SkeinError) -> SealedPart {
        do {
            return try manifest.open(with: key)
        } catch {
            let cause =
                error == .notAuthentic ? "the image key does not fit" : "its sealed part is malformed (\(error))"
            throw SkeinError(.corrupt, doing: doing, cause: cause, next: "ask the publisher for a new grant")
        }
    }

    private func check(_ id: ChunkID, into report: borrowing Mutex<VerifyReport>) throws(SkeinError) -> VerifiedChunk? {
        do throws(SkeinError) {
            let chunk = try readVerified(id)
            report.withLock { report in
                report.checkedChunks += 1
                report.checkedBytes = report.checkedBytes + ByteCount(bytes: Int64(chunk.bytes.count))
            }
            return chunk
        } catch {
            switch error.code {
            case .corrupt: report.withLock { $0.corrupt.append(id) }
            case .notFound: report.withLock { $0.missing.append(id) }
            case .usage, .conflict, .permission, .resources, .unreachable, .tool, .partial, .cancelled, .internal:
                throw error
            }
            return nil
        }
    }

    private func ordered(_ report: borrowing Mutex<VerifyReport>) -> VerifyReport {
        var report = report.withLock { $0 }
        report.corrupt.sort()
        report.missing.sort()
        report.dishonest.sort()
        return report
    }
}
