internal import Basics
internal import Foundation
internal import GRDB

/// `catalog.sqlite`: where each chunk lies, and when each image was used. Derived: the packs can rebuild it.
final class Catalog: Sendable {
    private static let schemaVersion = 1
    private let pool: DatabasePool

    /// Opens or makes the catalog. Throws `corrupt` when the file is no sound catalog of ours.
    init(path: String) throws(SkeinError) {
        pool = try CatalogFailure.naming("opening \(path)") {
            var configuration = Configuration()
            configuration.maximumReaderCount = 4
            configuration.prepareDatabase { database in
                // A row that a power cut takes is found again in its pack.
                try database.execute(sql: "PRAGMA synchronous = NORMAL")
            }
            let pool = try DatabasePool(path: path, configuration: configuration)
            try pool.write { database in try Catalog.prepare(database) }
            return pool
        }
    }

    /// Moves everything into the main file and closes it.
    func close() {
        // Should either fail, the log beside the file still has what the file lacks.
        _ = try? pool.writeWithoutTransaction { database in try database.checkpoint(.truncate) }
        try? pool.close()
    }

    private static func prepare(_ database: Database) throws {
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        if version == schemaVersion {
            let wasClosed = try Int.fetchOne(database, sql: "SELECT value FROM meta WHERE key = 'closed'") == 1
            // After a crash the file is examined; after an orderly end that is not worth the time.
            if !wasClosed, try String.fetchOne(database, sql: "PRAGMA quick_check(1)") != "ok" {
                throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the check of the catalog failed")
            }
            try database.execute(sql: "UPDATE meta SET value = 0 WHERE key = 'closed'")
            return
        }
        guard version == 0 else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a catalog of unknown version \(version)")
        }
        try database.execute(
            sql: """
                CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
                CREATE TABLE pack (number INTEGER PRIMARY KEY, described INTEGER NOT NULL);
                CREATE TABLE chunk (
                    id BLOB PRIMARY KEY, pack INTEGER NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL
                ) WITHOUT ROWID;
                CREATE INDEX chunk_by_place ON chunk (pack, offset);
                CREATE TABLE quarantine (
                    number INTEGER PRIMARY KEY, id BLOB NOT NULL, pack INTEGER NOT NULL, offset INTEGER NOT NULL
                );
                CREATE TABLE access (
                    image BLOB PRIMARY KEY, used_at INTEGER NOT NULL, uses INTEGER NOT NULL
                ) WITHOUT ROWID;
                INSERT INTO meta VALUES ('closed', 0);
                PRAGMA user_version = \(schemaVersion);
                """)
    }

    /// Notes that the catalog was closed in order, so that the next opening need not examine it.
    func markClosed() throws(SkeinError) {
        try write("closing the catalog") { database in
            try database.execute(sql: "UPDATE meta SET value = 1 WHERE key = 'closed'")
        }
    }

    func read<Result>(_ doing: String, _ body: (Database) throws -> Result) throws(SkeinError) -> Result {
        try CatalogFailure.naming(doing) { try pool.read(body) }
    }

    func write<Result>(_ doing: String, _ body: (Database) throws -> Result) throws(SkeinError) -> Result {
        try CatalogFailure.naming(doing) { try pool.write(body) }
    }

    /// The database file and the two that SQLite keeps beside it, to remove a catalog that is no good.
    static func files(_ path: String) -> [String] { [path, "\(path)-wal", "\(path)-shm"] }
}

extension Digest {
    /// As a value of a column.
    var data: Data { Data(bytes) }
}
