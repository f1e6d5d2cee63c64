internal import Basics
internal import Foundation
internal import GRDB

extension Catalog {
    /// Which of these chunks have no row.
    func missing(of ids: [ChunkID]) throws(SkeinError) -> Bitmap {
        var missing = Bitmap(count: ids.count)
        guard !ids.isEmpty else { return missing }
        // One statement for all: a statement for each costs more than what it looks up.
        var all = Data(capacity: ids.count * Digest.byteCount)
        for id in ids { all.append(id.digest.data) }
        let places = try read("looking up chunks") { database in
            try Int.fetchAll(
                database.cachedStatement(
                    sql: """
                        WITH RECURSIVE place(number) AS (
                            SELECT 0 UNION ALL SELECT number + 1 FROM place WHERE number + 1 < ?1
                        )
                        SELECT number FROM place WHERE NOT EXISTS (
                            SELECT 1 FROM chunk WHERE id = substr(?2, number * \(Digest.byteCount) + 1, \(Digest.byteCount))
                        )
                        """), arguments: [ids.count, all])
        }
        for place in places { missing[place] = true }
        return missing
    }

    /// The row of a chunk and of those that lie behind it in its pack; none when it has no row.
    func rows(from id: ChunkID, limit: Int) throws(SkeinError) -> [ChunkRow] {
        try read("looking up chunk \(id.short)") { database in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT next.id, next.pack, next.offset, next.length FROM chunk AS own JOIN chunk AS next
                    ON next.pack = own.pack AND next.offset >= own.offset
                    WHERE own.id = ? ORDER BY next.offset LIMIT ?
                    """)
            return try Row.fetchAll(statement, arguments: [id.digest.data, limit]).compactMap { row in
                guard let id = ChunkID(data: row[0]) else { return nil }
                return ChunkRow(id: id, location: ChunkLocation(pack: row[1], offset: row[2], length: row[3]))
            }
        }
    }

    /// Adds rows for bytes that are durable. A chunk that has a row keeps it.
    func insert(_ appended: PackWriter.Appended) throws(SkeinError) {
        try write("adding \(appended.rows.count) chunks to the catalog") { database in
            let insert = try database.cachedStatement(sql: "INSERT OR IGNORE INTO chunk VALUES (?, ?, ?, ?)")
            for row in appended.rows {
                let place = row.location
                try insert.execute(arguments: [row.id.digest.data, place.pack, place.offset, place.length])
            }
            try Catalog.setMarks(appended.marks, database)
        }
    }

    /// Points rows at new places, those only that still point at the old ones.
    func move(_ rows: [(old: ChunkRow, new: ChunkLocation)], marks: [UInt32: Int64]) throws(SkeinError) {
        try write("moving \(rows.count) chunks") { database in
            let update = try database.cachedStatement(
                sql: "UPDATE chunk SET pack = ?, offset = ? WHERE id = ? AND pack = ? AND offset = ?")
            for (old, new) in rows {
                let place = old.location
                try update.execute(
                    arguments: [new.pack, new.offset, old.id.digest.data, place.pack, place.offset])
            }
            try Catalog.setMarks(marks, database)
        }
    }

    func remove(_ ids: [ChunkID]) throws(SkeinError) {
        try write("removing \(ids.count) chunks from the catalog") { database in
            let delete = try database.cachedStatement(sql: "DELETE FROM chunk WHERE id = ?")
            for id in ids { try delete.execute(arguments: [id.digest.data]) }
        }
    }

    /// Takes a bad chunk's row away and remembers it. False when the row points elsewhere meanwhile.
    func quarantine(_ row: ChunkRow) throws(SkeinError) -> Bool {
        try write("quarantining chunk \(row.id.short)") { database in
            let place = row.location
            try database.execute(
                sql: "DELETE FROM chunk WHERE id = ? AND pack = ? AND offset = ?",
                arguments: [row.id.digest.data, place.pack, place.offset])
            guard database.changesCount > 0 else { return false }
            try database.execute(
                sql: "INSERT INTO quarantine (id, pack, offset) VALUES (?, ?, ?)",
                arguments: [row.id.digest.data, place.pack, place.offset])
            try database.execute(
                sql: "DELETE FROM quarantine WHERE number <= (SELECT max(number) FROM quarantine) - ?",
                arguments: [StoreLimits.quarantined])
            return true
        }
    }

    /// The chunks that were found bad, oldest first; one that was bad twice is there twice.
    func quarantined() throws(SkeinError) -> [ChunkID] {
        try read("listing quarantined chunks") { database in
            try Data.fetchAll(database, sql: "SELECT id FROM quarantine ORDER BY number").compactMap(
                ChunkID.init(data:))
        }
    }

    /// All ChunkIDs in order, in pages, so that memory stays bounded.
    func ids(after last: ChunkID?, limit: Int) throws(SkeinError) -> [ChunkID] {
        try read("listing chunks") { database in
            try Data.fetchAll(
                database, sql: "SELECT id FROM chunk WHERE id > ? ORDER BY id LIMIT ?",
                arguments: [last?.digest.data ?? Data(), limit]
            ).compactMap(ChunkID.init(data:))
        }
    }

    func chunkCount() throws(SkeinError) -> Int {
        try read("counting chunks") { try Int.fetchOne($0, sql: "SELECT count(*) FROM chunk") ?? 0 }
    }
}

extension ChunkID {
    init?(data: Data) {
        guard let digest = Digest(bytes: data) else { return nil }
        self.init(digest)
    }
}
