import Foundation

/// A directory that lives as long as a test's scope.
final class TemporaryDirectory: Sendable {
    let path: String
    private let isKept: Bool

    /// A directory of somebody else's, who removes it.
    init(kept path: String) {
        self.path = path
        isKept = true
    }

    init() throws {
        isKept = false
        path = "/tmp/skt-\(UUID().uuidString.prefix(8).lowercased())"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try FileManager.default.setAttributes([.posixPermissions: 0o711], ofItemAtPath: path)
    }

    deinit { if !isKept { try? FileManager.default.removeItem(atPath: path) } }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
    }

    func append(_ bytes: [UInt8], to name: String) throws {
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file(name)))
        defer { try? handle.close() }
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(bytes))
    }

    func read(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: file(name))))
    }
}
