internal import Basics
internal import Foundation
internal import GRDB

extension Catalog {
    /// Up to which offset each pack is described by rows.
    func packMarks() throws(SkeinError) -> [UInt32: Int64] {
        try read("listing packs") { database in
            var marks: [UInt32: Int64] = [:]
            for row in try Row.fetchAll(database, sql: "SELECT number, described FROM pack") { marks[row[0]] = row[1] }
            return marks
        }
    }

    static func setMarks(_ marks: [UInt32: Int64], _ database: Database) throws {
        let statement = try database.cachedStatement(
            sql: "INSERT INTO pack VALUES (?, ?) ON CONFLICT (number) DO UPDATE SET described = excluded.described")
        for (number, end) in marks { try statement.execute(arguments: [number, end]) }
    }

    /// The rows of a pack in the order of their places.
    func rows(inPack number: UInt32) throws(SkeinError) -> [ChunkRow] {
        try read("listing the chunks of a pack") { database in
            try Row.fetchAll(
                database, sql: "SELECT id, offset, length FROM chunk WHERE pack = ? ORDER BY offset",
                arguments: [number]
            ).compactMap { row in
                let data: Data = row[0]
                return ChunkID(data: data).map {
                    ChunkRow(id: $0, location: ChunkLocation(pack: number, offset: row[1], length: row[2]))
                }
            }
        }
    }

    /// How many bytes of each pack are records that have a row.
    func liveBytes() throws(SkeinError) -> [UInt32: Int64] {
        try read("measuring packs") { database in
            var live: [UInt32: Int64] = [:]
            let rows = try Row.fetchAll(
                database, sql: "SELECT pack, sum(\(Catalog.recordBytes)) FROM chunk GROUP BY pack")
            for row in rows { live[row[0]] = row[1] }
            return live
        }
    }

    /// Drops the rows of a pack that reach beyond the end of its file; the number dropped, and where the rest ends.
    func dropRows(inPack number: UInt32, beyond size: Int64) throws(SkeinError) -> (dropped: Int, end: Int64?) {
        try write("dropping rows without bytes") { database in
            try database.execute(
                sql: "DELETE FROM chunk WHERE pack = ? AND offset + \(Catalog.recordBytes) > ?",
                arguments: [number, size])
            let dropped = database.changesCount
            let end = try Int64.fetchOne(
                database, sql: "SELECT max(offset + \(Catalog.recordBytes)) FROM chunk WHERE pack = ?",
                arguments: [number])
            return (dropped, end)
        }
    }

    /// Drops a pack and every row that points into it; the number of rows.
    func dropPack(_ number: UInt32) throws(SkeinError) -> Int {
        try write("dropping a pack") { database in
            try database.execute(sql: "DELETE FROM chunk WHERE pack = ?", arguments: [number])
            let dropped = database.changesCount
            try database.execute(sql: "DELETE FROM pack WHERE number = ?", arguments: [number])
            return dropped
        }
    }

    /// The size of a row's record, as ``PackRecord/byteCount(length:)`` has it.
    private static let recordBytes =
        "(\(PackRecord.fixedBytes) + length + \(Digest.byteCount)"
        + " * ((length + \(FormatLimits.sliceBytes - 1)) / \(FormatLimits.sliceBytes)))"
}

extension Catalog {
    /// Counts a use of an image, for eviction.
    func noteUse(of image: ImageID, at seconds: Int64) throws(SkeinError) {
        try write("noting the use of an image") { database in
            try database.execute(
                sql: """
                    INSERT INTO access VALUES (?, ?, 1)
                    ON CONFLICT (image) DO UPDATE SET used_at = excluded.used_at, uses = uses + 1
                    """,
                arguments: [image.digest.data, seconds])
        }
    }

    /// When an image was last used (seconds since 1970), and how often.
    func uses(of image: ImageID) throws(SkeinError) -> (at: Int64, count: Int)? {
        try read("reading the uses of an image") { database in
            try Row.fetchOne(
                database, sql: "SELECT used_at, uses FROM access WHERE image = ?", arguments: [image.digest.data]
            ).map { (at: $0[0], count: $0[1]) }
        }
    }

    func forgetUses(of image: ImageID) throws(SkeinError) {
        try write("forgetting an image") { database in
            try database.execute(sql: "DELETE FROM access WHERE image = ?", arguments: [image.digest.data])
        }
    }
}
