internal import Basics

/// Appends records to the newest pack and makes them durable before it says where they are.
///
/// One thread at a time uses it. After a failure the packs end where they ended before.
struct PackWriter {
    /// Rows whose bytes are durable, and the offsets up to which packs are described by rows.
    struct Appended {
        var rows: [ChunkRow] = []
        var marks: [UInt32: Int64] = [:]
    }

    private struct Active {
        let number: UInt32
        let file: OpenFile
        var end: Int64
    }

    private let packs: PackSet
    private var active: Active?
    private var lastNumber: UInt32

    /// Goes on in the newest pack when it has room; `end` is where its last record ends.
    init(packs: PackSet, newest: (number: UInt32, end: Int64)?) throws(SkeinError) {
        self.packs = packs
        lastNumber = newest?.number ?? 0
        if let newest, newest.end < StoreLimits.packBytes {
            active = Active(number: newest.number, file: try packs.file(newest.number), end: newest.end)
        }
    }

    /// The pack that takes the next record, or nil when a new one will.
    var activeNumber: UInt32? { active?.number }

    /// Appends and syncs. When this throws, nothing of it is in a pack.
    mutating func append(_ chunks: [VerifiedChunk]) throws(SkeinError) -> Appended {
        var touched: [Active] = []
        var isSyncing = false
        do throws(SkeinError) {
            var appended = Appended()
            var rest = chunks[...]
            while !rest.isEmpty {
                if let full = active, full.end >= StoreLimits.packBytes {
                    isSyncing = true
                    try full.file.syncData()
                    isSyncing = false
                    active = nil
                }
                if active == nil { active = try startPack() }
                guard var pack = active else { break }
                if !touched.contains(where: { $0.number == pack.number }) { touched.append(pack) }
                let start = pack.end
                let run = rest.prefix { chunk in
                    guard pack.end < StoreLimits.packBytes else { return false }
                    let location = ChunkLocation(pack: pack.number, offset: pack.end, length: chunk.bytes.count)
                    appended.rows.append(ChunkRow(id: chunk.id, location: location))
                    pack.end = location.end
                    return true
                }
                try write(run, to: pack.file, at: start)
                active = pack
                appended.marks[pack.number] = pack.end
                rest = rest[run.endIndex...]
            }
            isSyncing = true
            try active?.file.syncData()
            return appended
        } catch {
            takeBack(touched, distrust: isSyncing)
            throw error
        }
    }

    /// Writes records that lie one behind the other: all heads and chunks in few calls.
    private func write(_ run: ArraySlice<VerifiedChunk>, to file: OpenFile, at offset: Int64) throws(SkeinError) {
        var heads = ByteWriter(capacity: run.count * PackRecord.largestHeadBytes)
        for chunk in run { PackRecord.writeHead(of: chunk, to: &heads) }
        try heads.bytes.withUnsafeBufferPointer { (buffer) throws(SkeinError) in
            let heads = UnsafeRawBufferPointer(buffer)
            var gather = GatherWrite(file: file, offset: offset)
            var next = 0
            for chunk in run {
                let end = next + PackRecord.headBytes(length: chunk.bytes.count)
                try gather.add(UnsafeRawBufferPointer(rebasing: heads[next..<end]))
                try chunk.bytes.withUnsafeBytes { (bytes) throws(SkeinError) in try gather.add(bytes) }
                next = end
            }
            try gather.finish()
        }
        withExtendedLifetime(run) {}
    }

    /// Ends the newest pack, so that it can be compacted.
    mutating func endPack() { active = nil }

    private mutating func startPack() throws(SkeinError) -> Active {
        lastNumber += 1
        return Active(number: lastNumber, file: try packs.create(lastNumber), end: Int64(PackSet.headerBytes))
    }

    /// Cuts packs back to where they ended. After a failed sync the kernel may have dropped dirty pages and forgotten
    /// the error, so such a pack takes no further record.
    private mutating func takeBack(_ touched: [Active], distrust: Bool) {
        for pack in touched {
            // A pack that cannot be cut keeps orphans: legal, and hashed before anybody believes them.
            try? pack.file.truncate(to: pack.end)
        }
        active = distrust ? nil : touched.last ?? active
    }
}
