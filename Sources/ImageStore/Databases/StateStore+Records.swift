public import Basics
internal import Foundation
internal import GRDB

extension StateStore {
    /// A small value that another module keeps, by kind (`cluster`, `peer`, …) and name.
    public struct Record: Sendable, Hashable {
        public let name: String
        public let bytes: [UInt8]
    }

    /// Writes a record in place of the one of that kind and name.
    public func setRecord(kind: String, name: String, bytes: [UInt8]) throws(SkeinError) {
        let doing = "writing the record \(kind)/\(name)"
        guard bytes.count <= StoreLimits.recordBytes, !kind.isEmpty, kind.utf8.count <= StoreLimits.recordNameBytes,
            name.utf8.count <= StoreLimits.recordNameBytes
        else {
            throw SkeinError(.resources, doing: doing, cause: "a record has at most \(StoreLimits.recordBytes) bytes")
        }
        try write(doing) { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO record VALUES (?, ?, ?)", arguments: [kind, name, Data(bytes)])
        }
    }

    public func record(kind: String, name: String) throws(SkeinError) -> [UInt8]? {
        try read("reading the record \(kind)/\(name)") { database in
            try Data.fetchOne(
                database, sql: "SELECT bytes FROM record WHERE kind = ? AND name = ?", arguments: [kind, name]
            ).map { [UInt8]($0) }
        }
    }

    /// All records of a kind, by name.
    public func records(kind: String) throws(SkeinError) -> [Record] {
        try read("reading the records \(kind)") { database in
            try Row.fetchAll(
                database, sql: "SELECT name, bytes FROM record WHERE kind = ? ORDER BY name", arguments: [kind]
            ).map { row in
                let bytes: Data = row[1]
                return Record(name: row[0], bytes: [UInt8](bytes))
            }
        }
    }

    /// A record that is not there is no error.
    public func removeRecord(kind: String, name: String) throws(SkeinError) {
        try write("removing the record \(kind)/\(name)") { database in
            try database.execute(sql: "DELETE FROM record WHERE kind = ? AND name = ?", arguments: [kind, name])
        }
    }
}

extension StateStore {
    /// Keeps an image from being removed for a reason that people read (`cluster hello`). Pinning twice is once.
    public func pin(_ image: ImageID, reason: String) throws(SkeinError) {
        try write("pinning image \(image.short)") { database in
            try database.execute(
                sql: "INSERT OR IGNORE INTO pin VALUES (?, ?)", arguments: [image.digest.data, reason])
        }
    }

    public func unpin(_ image: ImageID, reason: String) throws(SkeinError) {
        try write("unpinning image \(image.short)") { database in
            try database.execute(
                sql: "DELETE FROM pin WHERE image = ? AND reason = ?", arguments: [image.digest.data, reason])
        }
    }

    /// Why an image must stay; empty when nothing pins it.
    public func pins(of image: ImageID) throws(SkeinError) -> [String] {
        try read("reading the pins of image \(image.short)") { database in
            try String.fetchAll(
                database, sql: "SELECT reason FROM pin WHERE image = ? ORDER BY reason",
                arguments: [image.digest.data])
        }
    }
}
