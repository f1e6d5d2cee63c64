import Basics
import Glibc

/// Files that hold secrets: mode 0600, written whole or not at all.
enum SecretFile {
    private static let limit = 1 << 20

    static func read(_ path: String) throws(SkeinError) -> [UInt8] {
        let doing = "reading \(path)"
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(doing) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(doing) }
        guard status.st_mode & 0o077 == 0 else {
            throw SkeinError(
                .permission, doing: doing, cause: "it holds secrets and others may read it", next: "chmod 600 \(path)")
        }
        guard status.st_size <= limit else { throw SkeinError(.corrupt, doing: doing, cause: "it is too large") }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        guard Glibc.read(descriptor, &bytes, bytes.count) == bytes.count else { throw failure(doing) }
        return bytes
    }

    /// Writes a new file; one that exists is an error, since a secret is never overwritten.
    static func write(_ bytes: [UInt8], to path: String) throws(SkeinError) {
        let doing = "writing \(path)"
        let partial = "\(path).partial"
        guard access(path, F_OK) != 0 else {
            throw SkeinError(
                .conflict, doing: doing, cause: "it exists already", next: "remove it first, if it is not needed")
        }
        unlink(partial)
        let descriptor = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(doing) }
        let isWritten = Glibc.write(descriptor, bytes, bytes.count) == bytes.count && fsync(descriptor) == 0
        close(descriptor)
        guard isWritten, rename(partial, path) == 0 else {
            let error = failure(doing)
            unlink(partial)
            throw error
        }
    }

    private static func failure(_ doing: String) -> SkeinError {
        let code: SkeinError.Code =
            switch errno {
            case ENOENT: .notFound
            case EACCES, EPERM: .permission
            case ENOSPC: .resources
            default: .internal
            }
        return SkeinError(code, doing: doing, cause: String(cString: strerror(errno)))
    }
}
