import Basics
import FoundationEssentials
import Glibc

/// The labs of this machine, as directories with a record and a lock each.
struct LabRegistry: Sendable {
    let paths: LabPaths

    /// Exclusive use of one lab's directory, until ``release()`` or the end of the process.
    struct Claim: Sendable {
        let descriptor: Int32
        func release() { _ = close(descriptor) }
    }

    /// Takes a name for a new lab.
    func reserve(_ name: String) throws(SkeinError) -> Claim {
        let doing = "raising lab \(name)"
        try Files.makeDirectory(paths.stateRoot, doing: doing)
        guard mkdir(paths.state(of: name), 0o700) == 0 else {
            guard errno == EEXIST else { throw Files.failure(paths.state(of: name), doing: doing) }
            throw SkeinError(
                .conflict, doing: doing, cause: "a lab of this name is there already",
                next: "skein lab down \(name), or choose another name with --name")
        }
        return try claim(name, doing: doing)
    }

    /// Takes a lab that is there.
    func claim(_ name: String, doing: String) throws(SkeinError) -> Claim {
        guard access(paths.state(of: name), F_OK) == 0 else { throw unknown(name, doing: doing) }
        let descriptor = open(paths.lock(of: name), O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Files.failure(paths.lock(of: name), doing: doing) }
        // Somebody who lists labs holds the lock for a moment only.
        var isLocked = flock(descriptor, LOCK_EX | LOCK_NB) == 0
        for _ in 0..<10 where !isLocked {
            usleep(20_000)
            isLocked = flock(descriptor, LOCK_EX | LOCK_NB) == 0
        }
        guard isLocked else {
            _ = close(descriptor)
            throw SkeinError(
                .conflict, doing: doing, cause: "another skein is raising or removing this lab",
                next: "wait for it, or end it and repeat")
        }
        return Claim(descriptor: descriptor)
    }

    func write(_ record: LabRecord) throws(SkeinError) {
        let doing = "writing the record of lab \(record.name)"
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        guard let data = try? encoder.encode(record) else {
            throw SkeinError(.internal, doing: doing, cause: "the record cannot be encoded")
        }
        try Files.write(String(decoding: data, as: UTF8.self), to: paths.record(of: record.name), doing: doing)
    }

    /// The record of a lab; nil when a crash came before the record, so that nothing was made.
    func read(_ name: String) -> LabRecord? {
        guard let bytes = Files.read(paths.record(of: name), limit: 256 << 20) else { return nil }
        return try? JSONDecoder().decode(LabRecord.self, from: Data(bytes))
    }

    /// The directories of labs; plain files beside them are somebody else's.
    var names: [String] {
        Files.names(in: paths.stateRoot).filter { Self.isName($0) && access("\(paths.state(of: $0))/.", F_OK) == 0 }
    }

    /// The lab that is meant when no name is given: the only one.
    func resolve(_ name: String?, doing: String) throws(SkeinError) -> String {
        if let name {
            guard Self.isName(name), names.contains(name) else { throw unknown(name, doing: doing) }
            return name
        }
        let all = names
        guard let only = all.first else {
            throw SkeinError(.notFound, doing: doing, cause: "no lab is up", next: "skein lab up FILE")
        }
        guard all.count == 1 else {
            throw SkeinError(
                .usage, doing: doing, cause: "several labs are up: \(all.joined(separator: ", "))",
                next: "name the one that is meant")
        }
        return only
    }

    /// Names are path components and part of socket paths.
    static func isName(_ name: String) -> Bool {
        name.utf8.count <= LabLimits.labNameBytes && !name.isEmpty && name.first != "-"
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    private func unknown(_ name: String, doing: String) -> SkeinError {
        let all = names
        return SkeinError(
            .notFound, doing: doing, cause: "there is no lab \(name)",
            next: all.isEmpty ? "skein lab up FILE" : "labs: \(all.joined(separator: ", "))")
    }
}
