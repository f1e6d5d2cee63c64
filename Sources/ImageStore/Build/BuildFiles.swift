import Basics
import Glibc

/// Plain file operations with errors that name the file.
enum BuildFiles {
    /// The file's bytes, or nil when it cannot be read or is larger than `limit`.
    static func read(_ path: String, limit: Int) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size <= limit else { return nil }
        return readAll(descriptor, capacity: Int(status.st_size), limit: limit)
    }

    static func readText(_ path: String, limit: Int = 1 << 20) -> String? {
        read(path, limit: limit).map { String(decoding: $0, as: UTF8.self) }
    }

    /// At most `limit` bytes from the end of a file.
    static func tail(_ path: String, limit: Int) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        let size = lseek(descriptor, 0, SEEK_END)
        lseek(descriptor, max(0, size - off_t(limit)), SEEK_SET)
        return String(decoding: readAll(descriptor, capacity: limit, limit: limit) ?? [], as: UTF8.self)
    }

    private static func readAll(_ descriptor: Int32, capacity: Int, limit: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(capacity)
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0, bytes.count + count <= limit else { return nil }
            if count == 0 { return bytes }
            bytes.append(contentsOf: buffer[..<count])
        }
    }

    /// Makes a file with exactly these bytes; one that is there is replaced.
    static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o600) throws(SkeinError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw failure("writing \(path)") }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress! + written, bytes.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("writing \(path)") }
            written += count
        }
    }

    static func write(_ text: String, to path: String, mode: mode_t = 0o600) throws(SkeinError) {
        try write(Array(text.utf8), to: path, mode: mode)
    }

    /// Makes a directory and those above it.
    static func makeDirectory(_ path: String, mode: mode_t = 0o755) throws(SkeinError) {
        if mkdir(path, mode) == 0 { return }
        if errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try makeDirectory(String(path[..<slash]), mode: mode)
            if mkdir(path, mode) == 0 { return }
        }
        var status = stat()
        if errno == EEXIST, stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
        throw failure("making the directory \(path)")
    }

    /// The names in a directory, sorted; none when it cannot be read.
    static func names(in directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// What is free for us in the file system of a path.
    static func freeSpace(at path: String) -> ByteCount? {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        return ByteCount(bytes: Int64(status.f_bavail) * Int64(status.f_frsize))
    }

    /// What a sparse file occupies.
    static func occupied(_ path: String) -> ByteCount? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return ByteCount(bytes: Int64(status.st_blocks) * 512)
    }

    /// The error of the last system call.
    static func failure(_ doing: String) -> SkeinError {
        let number = errno
        let code: SkeinError.Code =
            switch number {
            case ENOSPC, EDQUOT: .resources
            case EACCES, EPERM: .permission
            case ENOENT: .notFound
            default: .tool
            }
        return SkeinError(code, doing: doing, cause: String(cString: strerror(number)))
    }
}
