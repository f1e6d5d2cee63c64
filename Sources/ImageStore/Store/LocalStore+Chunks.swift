public import Basics
internal import Synchronization

extension LocalStore {
    /// Which of these chunks are not in the store: bit i is set when `ids[i]` is missing.
    public func missing(of ids: [ChunkID]) throws(SkeinError) -> Bitmap {
        try checkOpen("looking up chunks")
        return try catalog.missing(of: ids)
    }

    /// Which distinct chunks of a manifest are in the store, by their distinct index.
    public func held(_ manifest: Manifest) throws(SkeinError) -> Bitmap {
        let missing = try missing(of: manifest.distinctChunks.map(\.id))
        return Bitmap(count: missing.count, filled: true).subtracting(missing)
    }

    /// A chunk from disk. Every slice is hashed first: a byte that changed on disk is never returned.
    ///
    /// A bad chunk is quarantined (it counts as missing from then on) and throws `corrupt`; one that is not here throws
    /// `notFound`.
    public func read(_ id: ChunkID) throws(SkeinError) -> StoredChunk { try readVerified(id).chunk }

    /// The same, as a value that says that it was hashed.
    public func readVerified(_ id: ChunkID) throws(SkeinError) -> VerifiedChunk {
        try checkOpen("reading chunk \(id.short)")
        // Compaction may move the record between look-up and opening; a second look finds its new place.
        for _ in 0..<4 {
            guard let location = try location(of: id) else { break }
            let file: OpenFile
            do throws(SkeinError) {
                file = try packs.file(location.pack)
            } catch {
                guard error.code == .notFound else { throw error }
                activity.withLock { $0.forgetPlace(of: id) }
                continue
            }
            if let chunk = try read(ChunkRow(id: id, location: location), from: file) { return chunk }
            activity.withLock { $0.forgetPlace(of: id) }
            if try catalog.quarantine(ChunkRow(id: id, location: location)) {
                activity.withLock { $0.noteRemoval() }
                throw SkeinError(
                    .corrupt, doing: "reading chunk \(id.short)",
                    cause: "its bytes in \(file.path) at \(location.offset) do not fit its hashes",
                    next: "it is fetched again from another peer; check the disk if this repeats")
            }
        }
        throw SkeinError(.notFound, doing: "reading chunk \(id.short)", cause: "the store does not hold it")
    }

    /// Where a chunk lies, as far as is known; nil when the store does not hold it.
    ///
    /// A look-up costs as much as the reading of a chunk, and who reads one reads those behind it next: so they are
    /// looked up together. What is remembered may be old, but never of a chunk that was removed; and nothing is believed
    /// that is read there.
    private func location(of id: ChunkID) throws(SkeinError) -> ChunkLocation? {
        let (known, removals) = activity.withLock { ($0.places[id], $0.removals) }
        if let known { return known }
        let rows = try catalog.rows(from: id, limit: StoreLimits.placesAhead)
        activity.withLock { $0.remember(rows, asOf: removals) }
        return rows.first?.location
    }

    /// The chunks that were found bad, oldest first.
    public func quarantined() throws(SkeinError) -> [ChunkID] { try catalog.quarantined() }

    /// How many chunks the store holds.
    public func chunkCount() throws(SkeinError) -> Int { try catalog.chunkCount() }

    /// Hashes chunks and keeps them. Throws `corrupt`, and keeps none, when one does not fit its ChunkID.
    public func commit(_ chunks: [StoredChunk]) throws(SkeinError) {
        var verified: [VerifiedChunk] = []
        verified.reserveCapacity(chunks.count)
        for chunk in chunks {
            guard let sound = VerifiedChunk(verifying: chunk) else {
                throw SkeinError(
                    .corrupt, doing: "storing chunk \(chunk.id.short)", cause: "its bytes do not fit its ChunkID")
            }
            verified.append(sound)
        }
        try commit(verified)
    }

    /// Keeps chunks that were verified as they arrived. When this returns they are durable.
    ///
    /// The manifest that names them is added first, else they may be swept as unreferenced. Throws `resources`, and the
    /// packs are as before, when the disk is full; reading goes on. Writers that come together share one sync.
    public func commit(_ chunks: [VerifiedChunk]) throws(SkeinError) {
        try checkOpen("storing chunks")
        var batch: [VerifiedChunk] = []
        var batchBytes = 0
        for chunk in chunks {
            batch.append(chunk)
            batchBytes += chunk.bytes.count
            if batchBytes >= StoreLimits.batchBytes {
                try append(batch)
                batch.removeAll()
                batchBytes = 0
            }
        }
        if !batch.isEmpty { try append(batch) }
    }

    /// Waits until the batch is durable and has its rows; one of those who wait writes for all.
    private func append(_ batch: [VerifiedChunk]) throws(SkeinError) {
        let ticket = CommitTicket(batch)
        tickets.withLock { $0.append(ticket) }
        writer.withLock { writer in
            guard case .waiting = ticket.outcome.withLock({ $0 }) else { return }
            let group = takeTickets(including: ticket)
            let outcome: CommitTicket.Outcome
            do throws(SkeinError) {
                try write(group, with: &writer)
                outcome = .done
            } catch {
                outcome = .failed(error)
            }
            for ticket in group { ticket.outcome.withLock { $0 = outcome } }
        }
        switch ticket.outcome.withLock({ $0 }) {
        case .done: return
        case .failed(let error): throw error
        case .waiting: preconditionFailure("a ticket is settled by whoever held the writer")
        }
    }

    /// This ticket and those behind and before it that fit into one batch.
    private func takeTickets(including own: CommitTicket) -> [CommitTicket] {
        tickets.withLock { waiting in
            var group = [own]
            var bytes = own.byteCount
            waiting.removeAll { ticket in
                if ticket === own { return true }
                guard bytes + ticket.byteCount <= 2 * StoreLimits.batchBytes else { return false }
                bytes += ticket.byteCount
                group.append(ticket)
                return true
            }
            return group
        }
    }

    private func write(_ group: [CommitTicket], with writer: inout PackWriter) throws(SkeinError) {
        try checkOpen("storing chunks")
        let chunks = group.flatMap(\.chunks)
        try checkSpace(for: chunks.reduce(0) { $0 + PackRecord.byteCount(length: $1.bytes.count) })
        // Only whoever holds the writer knows what is missing.
        let missing = try catalog.missing(of: chunks.map(\.id))
        var seen: Set<ChunkID> = []
        let new = chunks.indices.filter { missing[$0] && seen.insert(chunks[$0].id).inserted }.map { chunks[$0] }
        guard !new.isEmpty else { return }
        try catalog.insert(writer.append(new))
    }

    func checkSpace(for bytes: Int) throws(SkeinError) {
        let free = try freeBytes()
        let needed = ByteCount(bytes: Int64(bytes)) + StoreLimits.reserve
        guard free >= needed else {
            throw SkeinError(
                .resources, doing: "storing \(ByteCount(bytes: Int64(bytes)))",
                cause: "\(free) are free in \(directory), and \(StoreLimits.reserve) of them stay in reserve",
                next: "free some space, or remove an image with: skein image rm")
        }
    }

    /// The chunk at a place; nil when its bytes do not fit.
    func read(_ row: ChunkRow, from file: OpenFile) throws(SkeinError) -> VerifiedChunk? {
        let headBytes = PackRecord.headBytes(length: row.location.length)
        let head = try file.bytes(headBytes, at: row.location.offset)
        guard let record = try? PackRecord(decoding: head), record.identity.id == row.id,
            record.identity.length == row.location.length
        else { return nil }
        guard let bytes = try file.chunk(row.location.length, at: row.location.offset + Int64(headBytes)) else {
            return nil
        }
        return VerifiedChunk(verifying: bytes, as: record.identity)
    }
}
