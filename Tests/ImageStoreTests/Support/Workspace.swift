import Basics
import Foundation
import Glibc
import ImageStore
import Testing
import Trust

/// A directory of its own on disk, removed at the end, with what most tests need: an identity and a namespace key.
final class Workspace: Sendable {
    let path: String
    let identity = PeerIdentity()
    let namespaceKey = NamespaceKey.random()

    init() throws {
        path = "/var/tmp/skein-store-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var storePath: String { "\(path)/store" }
    var firstPack: String { "\(storePath)/packs/00000001.pack" }

    func open() throws -> LocalStore { try LocalStore.open(directory: storePath) }

    func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = "\(path)/\(name)"
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        return file
    }

    /// A file with holes: these bytes at these offsets, and nothing else.
    func sparseFile(_ name: String, size: UInt64, _ pieces: [(offset: UInt64, bytes: [UInt8])]) throws -> String {
        let file = "\(path)/\(name)"
        #expect(FileManager.default.createFile(atPath: file, contents: nil))
        let handle = try #require(FileHandle(forWritingAtPath: file))
        try handle.truncate(atOffset: size)
        for piece in pieces {
            try handle.seek(toOffset: piece.offset)
            try handle.write(contentsOf: Data(piece.bytes))
        }
        try handle.close()
        return file
    }

    func request(_ name: String, parts: [(String, String)], parent: ImageID? = nil) -> PublishRequest {
        PublishRequest(
            name: name, commandLine: "root=/dev/vda rw",
            parts: parts.map { PublishRequest.Part(name: $0.0, path: $0.1) }, parent: parent,
            namespaceKey: namespaceKey, identity: identity)
    }

    func publish(_ store: LocalStore, _ name: String, disk: [UInt8], parent: ImageID? = nil) throws -> ImageSummary {
        let file = try file("\(UUID().uuidString).raw", disk)
        defer { try? FileManager.default.removeItem(atPath: file) }
        return try store.publish(request(name, parts: [("disk", file)], parent: parent))
    }

    func key(_ store: LocalStore, _ image: ImageID) throws -> ImageKey {
        try #require(try store.imageKey(for: image, identity: identity))
    }

    func bytes(_ file: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: file))) }

    /// Bytes that a file takes on disk.
    func allocatedBytes(_ file: String) -> Int {
        var status = stat()
        return stat(file, &status) == 0 ? Int(status.st_blocks) * 512 : -1
    }
}
