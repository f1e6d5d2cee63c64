public import Basics
internal import Synchronization

extension LocalStore {
    /// What removing an image, or a sweep, gave back.
    public struct Reclaimed: Sendable, Hashable {
        public internal(set) var chunks = 0
        public internal(set) var packBytes = ByteCount(bytes: 0)
    }

    /// Removes an image, its key and grants, its assembled files, and the chunks that no other image names.
    ///
    /// Refused with `conflict` while a pin or an assembly needs it. Packs that are more than half dead are compacted.
    @discardableResult
    public func remove(_ id: ImageID) throws(SkeinError) -> Reclaimed {
        let doing = "removing image \(id.short)"
        try checkOpen(doing)
        guard try state.hasManifest(id) else {
            throw SkeinError(.notFound, doing: doing, cause: "there is none in this store")
        }
        let pins = try state.pins(of: id)
        guard pins.isEmpty else {
            throw SkeinError(
                .conflict, doing: doing, cause: "in use by \(pins.joined(separator: ", "))",
                next: "stop what uses it first")
        }
        guard !activity.withLock({ $0.assembling.contains(id) }) else {
            throw SkeinError(.conflict, doing: doing, cause: "it is being assembled", next: "try again later")
        }
        try state.removeImage(id)
        activity.withLock { $0.noteRemoval() }
        try catalog.forgetUses(of: id)
        try Directory.removeFlat("\(assembledDirectory)/\(id)")
        return try sweep()
    }

    /// Drops the chunks that no manifest names, and gives their space back.
    ///
    /// Does nothing while a publish runs, whose chunks no manifest names yet; it then happens when that ends.
    @discardableResult
    public func sweep() throws(SkeinError) -> Reclaimed {
        var reclaimed = Reclaimed()
        let isDone = try sweepGate.withLock { (_) throws(SkeinError) -> Bool in
            try state.setSweepDue(true)
            let isIdle = activity.withLock { activity in
                activity.hasLeftovers = activity.publishing > 0
                return !activity.hasLeftovers
            }
            guard isIdle else { return false }
            reclaimed.chunks = try dropUnreferencedChunks()
            return true
        }
        guard isDone else { return reclaimed }
        let (bytes, isWhole) = try compact()
        reclaimed.packBytes = bytes
        if isWhole {
            try sweepGate.withLock { (_) throws(SkeinError) in
                if activity.withLock({ $0.publishing == 0 }) { try state.setSweepDue(false) }
            }
        }
        return reclaimed
    }

    private func dropUnreferencedChunks() throws(SkeinError) -> Int {
        var referenced: Set<ChunkID> = []
        for id in try state.imageIDs() {
            // One that does not decode throws: nothing is dropped while we do not know what is needed.
            guard let manifest = try manifest(id) else { continue }
            referenced.formUnion(manifest.distinctChunks.lazy.map(\.id))
        }
        var dropped = 0
        var last: ChunkID?
        while true {
            let ids = try catalog.ids(after: last, limit: 10_000)
            guard let end = ids.last else { return dropped }
            last = end
            let dead = ids.filter { !referenced.contains($0) }
            guard !dead.isEmpty else { continue }
            try catalog.remove(dead)
            activity.withLock { $0.noteRemoval() }
            dropped += dead.count
        }
    }

    /// Copies what lives in packs that are more than half dead to the newest pack and removes them.
    ///
    /// Returns the bytes won, and whether all was done: on a full disk only packs without live chunks can go.
    private func compact() throws(SkeinError) -> (bytes: ByteCount, isWhole: Bool) {
        try compaction.withLock { (_) throws(SkeinError) in
            let before = try packs.totalBytes()
            let live = try catalog.liveBytes()
            var isWhole = true
            // The emptiest first: they give space to copy the others into.
            let numbers = try packs.numbers().sorted { (live[$0, default: 0], $0) < (live[$1, default: 0], $1) }
            for number in numbers {
                let size = try packs.file(number).size() - Int64(PackSet.headerBytes)
                guard size > 0, live[number, default: 0] * 2 < size else { continue }
                do throws(SkeinError) {
                    try compact(pack: number)
                } catch {
                    guard error.code == .resources else { throw error }
                    isWhole = false
                }
            }
            return (ByteCount(bytes: max(0, before - (try packs.totalBytes()))), isWhole)
        }
    }

    private func compact(pack number: UInt32) throws(SkeinError) {
        writer.withLock { writer in
            if writer.activeNumber == number { writer.endPack() }
        }
        let file = try packs.file(number)
        let rows = try catalog.rows(inPack: number)
        var start = 0
        while start < rows.count {
            var end = start
            var bytes = 0
            while end < rows.count, bytes < StoreLimits.batchBytes {
                bytes += rows[end].location.length
                end += 1
            }
            try move(Array(rows[start..<end]), from: file)
            start = end
        }
        try writer.withLock { (writer) throws(SkeinError) in
            guard try catalog.rows(inPack: number).isEmpty, writer.activeNumber != number else { return }
            _ = try catalog.dropPack(number)
            try packs.remove(number)
        }
    }

    private func move(_ rows: [ChunkRow], from file: OpenFile) throws(SkeinError) {
        var sound: [(row: ChunkRow, chunk: VerifiedChunk)] = []
        for row in rows {
            if let chunk = try read(row, from: file) {
                sound.append((row, chunk))
            } else if try catalog.quarantine(row) {
                activity.withLock { $0.noteRemoval() }
            }
        }
        try writer.withLock { (writer) throws(SkeinError) in
            try checkSpace(for: sound.reduce(0) { $0 + PackRecord.byteCount(length: $1.chunk.bytes.count) })
            let appended = try writer.append(sound.map(\.chunk))
            let moves = zip(sound, appended.rows).map { (old: $0.row, new: $1.location) }
            try catalog.move(moves, marks: appended.marks)
        }
    }
}
