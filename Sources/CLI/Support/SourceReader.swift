import Basics
import Foundation
import Glibc
import Peer
import StrictYAML

/// Reads the files that a cluster file names, within its limits.
///
/// Links are followed where the user names them and refused inside a tree, where they could lead anywhere.
struct SourceReader {
    /// Where relative paths begin: the directory of the cluster file.
    let directory: String
    private var bytesRead = 0

    init(directory: String) { self.directory = directory }

    /// The text of a cluster file.
    static func text(of path: String) throws(SkeinError) -> String {
        var reader = SourceReader(directory: ".")
        let bytes = try reader.content(of: path) { cause, next in
            SkeinError(.usage, doing: "reading \(path)", cause: cause, next: next)
        }.bytes
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw SkeinError(.usage, doing: "reading \(path)", cause: "it is not UTF-8 text")
        }
        return text
    }

    mutating func read(_ source: ClusterSource) throws(SkeinError) -> SourceFile {
        let fail = { (cause: String, next: String) in
            source.place.failure("\(source.path): \(cause)", next: next)
        }
        let path = resolve(source.path)
        var status = stat()
        guard stat(path, &status) == 0 else { throw fail(reason(), "paths are relative to the cluster file") }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            let file = try content(of: path, fail: fail)
            return SourceFile(entries: [entry("", file)], isTree: false)
        }
        guard source.mayBeTree else { throw fail("is a directory", "name a file of public keys (.pub)") }
        var entries: [SourceFile.Entry] = []
        try collect(path, below: "", into: &entries, fail: fail)
        return SourceFile(entries: entries, isTree: true)
    }

    private func resolve(_ path: String) -> String {
        if path == "~" || path.hasPrefix("~/") {
            return FileManager.default.homeDirectoryForCurrentUser.path + path.dropFirst()
        }
        return path.hasPrefix("/") ? path : "\(directory)/\(path)"
    }

    private mutating func collect(
        _ root: String, below prefix: String, into entries: inout [SourceFile.Entry],
        fail: (String, String) -> SkeinError
    ) throws(SkeinError) {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(prefix)") else {
            throw fail("\(prefix.isEmpty ? root : prefix) cannot be listed", "")
        }
        for name in names.sorted() {
            let relative = prefix.isEmpty ? name : "\(prefix)/\(name)"
            var status = stat()
            guard lstat("\(root)/\(relative)", &status) == 0 else { throw fail("\(relative): \(reason())", "") }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: try collect(root, below: relative, into: &entries, fail: fail)
            case S_IFREG:
                guard entries.count < ClusterLimits.files else {
                    throw fail("holds more than \(ClusterLimits.files) files", "pack them into a package")
                }
                let file = try content(of: "\(root)/\(relative)") { cause, next in fail("\(relative): \(cause)", next) }
                entries.append(entry(relative, file))
            case S_IFLNK:
                throw fail("\(relative) is a link", "put the file itself there, or make the link in a run step")
            default: throw fail("\(relative) is neither a file nor a directory", "")
            }
        }
    }

    private func entry(_ path: String, _ file: (bytes: [UInt8], mode: UInt16)) -> SourceFile.Entry {
        SourceFile.Entry(path: path, base64: Data(file.bytes).base64EncodedString(), mode: file.mode)
    }

    /// The content of a regular file and whether it is executable; other permission bits of this machine mean nothing
    /// to a guest.
    private mutating func content(
        of path: String, fail: (String, String) -> SkeinError
    ) throws(SkeinError) -> (bytes: [UInt8], mode: UInt16) {
        // Without O_NONBLOCK a named pipe would wait for a writer for ever.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw fail(reason(), "") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw fail(reason(), "") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw fail("is not a file", "") }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw fail(reason(), "") }
            guard count > 0 else { break }
            bytes += buffer[..<count]
            bytesRead += count
            guard bytes.count <= ClusterLimits.fileBytes, bytesRead <= ClusterLimits.contentBytes else {
                throw fail(
                    "is too large for a cluster file", "put large data into a package, or fetch it in a run step")
            }
        }
        return (bytes, status.st_mode & 0o111 == 0 ? 0o644 : 0o755)
    }

    private func reason() -> String { String(cString: strerror(errno)) }
}
