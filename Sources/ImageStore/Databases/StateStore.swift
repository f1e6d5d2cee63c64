public import Basics
internal import Foundation
internal import GRDB

/// `state.sqlite`: what cannot be rebuilt. Every change is durable before the call returns.
///
/// Manifests and keys, the highest versions seen, pins, incarnation, and the small records of other modules. Calls
/// block and are thread-safe.
public final class StateStore: Sendable {
    private static let schemaVersion = 1
    private let queue: DatabaseQueue

    init(path: String) throws(SkeinError) {
        do {
            var configuration = Configuration()
            configuration.journalMode = .wal
            configuration.prepareDatabase { database in
                try database.execute(sql: "PRAGMA synchronous = FULL")
            }
            queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.write { database in try StateStore.prepare(database) }
        } catch {
            var failure = CatalogFailure.error(error, doing: "opening \(path)")
            if failure.code == .corrupt {
                failure.next = "put \(path) back from a copy; this file cannot be rebuilt"
            }
            throw failure
        }
    }

    func close() { try? queue.close() }

    private static func prepare(_ database: Database) throws {
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        if version == schemaVersion { return }
        guard version == 0 else {
            throw SkeinError(
                .conflict, doing: "opening state.sqlite", cause: "it was written by a newer version (\(version))",
                next: "use that version of skein")
        }
        try database.execute(
            sql: """
                CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
                CREATE TABLE manifest (
                    image BLOB NOT NULL UNIQUE, name TEXT NOT NULL, version INTEGER NOT NULL, added_at INTEGER NOT NULL,
                    header BLOB NOT NULL, encoded BLOB NOT NULL
                );
                CREATE INDEX manifest_by_name ON manifest (name, version);
                CREATE TABLE image_key (image BLOB PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID;
                CREATE TABLE image_grant (
                    image BLOB NOT NULL, recipient BLOB NOT NULL, issuer BLOB NOT NULL, encoded BLOB NOT NULL,
                    PRIMARY KEY (image, recipient, issuer)
                ) WITHOUT ROWID;
                CREATE TABLE highest (name TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID;
                CREATE TABLE pin (
                    image BLOB NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (image, reason)
                ) WITHOUT ROWID;
                CREATE TABLE build (
                    recipe BLOB PRIMARY KEY, image BLOB NOT NULL, built_at INTEGER NOT NULL
                ) WITHOUT ROWID;
                CREATE TABLE record (
                    kind TEXT NOT NULL, name TEXT NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (kind, name)
                );
                PRAGMA user_version = \(schemaVersion);
                """)
    }

    func read<Result>(_ doing: String, _ body: (Database) throws -> Result) throws(SkeinError) -> Result {
        try CatalogFailure.naming(doing) { try queue.read(body) }
    }

    func write<Result>(_ doing: String, _ body: (Database) throws -> Result) throws(SkeinError) -> Result {
        try CatalogFailure.naming(doing) { try queue.write(body) }
    }
}

extension StateStore {
    /// Raises the incarnation by one, or to just above one that others were seen to believe, and returns it.
    ///
    /// A peer calls it at every start, so that what it says then outranks what it said before.
    public func nextIncarnation(above seen: UInt64 = 0) throws(SkeinError) -> UInt64 {
        try write("raising the incarnation") { database in
            let last = try Int64.fetchOne(database, sql: "SELECT value FROM meta WHERE key = 'incarnation'") ?? 0
            let next = max(last, Int64(clamping: min(seen, UInt64(Int64.max) - 1))) + 1
            try database.execute(
                sql: "INSERT OR REPLACE INTO meta VALUES ('incarnation', ?)", arguments: [next])
            return UInt64(next)
        }
    }

    /// The incarnation of this run; 0 before the first ``nextIncarnation(above:)``.
    public func incarnation() throws(SkeinError) -> UInt64 {
        try read("reading the incarnation") { database in
            UInt64(try Int64.fetchOne(database, sql: "SELECT value FROM meta WHERE key = 'incarnation'") ?? 0)
        }
    }

    /// The highest version of a name that was ever seen here, or nil.
    public func highestVersion(of name: String) throws(SkeinError) -> UInt64? {
        try read("reading the highest version of \(name)") { database in
            try Int64.fetchOne(database, sql: "SELECT version FROM highest WHERE name = ?", arguments: [name])
                .map(UInt64.init)
        }
    }

    /// Notes that a version of a name exists; lower ones are no longer resolved. Never lowers.
    public func noteVersion(_ version: UInt64, of name: String) throws(SkeinError) {
        try write("noting a version of \(name)") { database in
            try StateStore.noteVersion(version, of: name, database)
        }
    }

    static func noteVersion(_ version: UInt64, of name: String, _ database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO highest VALUES (?, ?)
                ON CONFLICT (name) DO UPDATE SET version = max(version, excluded.version)
                """,
            arguments: [name, Int64(min(version, ManifestLimits.version))])
    }

    /// Whether unreferenced chunks may lie in the store, because something was interrupted.
    func isSweepDue() throws(SkeinError) -> Bool {
        try read("reading the state of the store") { database in
            try Int.fetchOne(database, sql: "SELECT value FROM meta WHERE key = 'sweep_due'") == 1
        }
    }

    func setSweepDue(_ isDue: Bool) throws(SkeinError) {
        if try isSweepDue() == isDue { return }
        try write("noting the state of the store") { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO meta VALUES ('sweep_due', ?)", arguments: [isDue ? 1 : 0])
        }
    }
}
