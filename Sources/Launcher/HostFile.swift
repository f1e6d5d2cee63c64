import Basics
import Glibc

/// Small files of the host, read and written whole, with errors that say what was being done.
enum HostFile {
    /// Writes beside the file and renames, so that no reader sees a half file.
    static func write(_ bytes: [UInt8], to path: String, mode: mode_t, doing: String) throws(SkeinError) {
        let temporary = "\(path).\(getpid()).new"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw failure(doing) }
        var isWhole = bytes.withUnsafeBytes { writeAll($0, to: descriptor) }
        // The mode is exact whatever the process's mask is.
        isWhole = isWhole && fchmod(descriptor, mode) == 0
        let cause = errno
        close(descriptor)
        guard isWhole, rename(temporary, path) == 0 else {
            let error = failure(doing, code: isWhole ? errno : cause)
            unlink(temporary)
            throw error
        }
    }

    /// At most `limit` bytes from `offset` on; nil when the file cannot be opened.
    static func read(_ path: String, from offset: Int64 = 0, limit: Int) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: min(limit, 64 * 1024))
        while bytes.count < limit {
            let count = buffer.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress, min($0.count, limit - bytes.count), Int(offset) + bytes.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            bytes.append(contentsOf: buffer[..<count])
        }
        return bytes
    }

    /// At most `limit` bytes at the end of the file; nil when it cannot be read.
    static func readEnd(of path: String, limit: Int) -> [UInt8]? {
        guard let size = size(of: path) else { return nil }
        return read(path, from: max(0, size - Int64(limit)), limit: limit)
    }

    /// A short text file, as those of /proc are; nil when it cannot be read.
    static func text(_ path: String, limit: Int = 1 << 20) -> String? {
        read(path, limit: limit).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The size in bytes; nil when there is no such regular file.
    static func size(of path: String) -> Int64? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int64(status.st_size)
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Makes a directory and those above it; one that is there already is well.
    static func makeDirectory(_ path: String, mode: mode_t, doing: String) throws(SkeinError) {
        var partial = ""
        for component in path.split(separator: "/") {
            partial += "/\(component)"
            if mkdir(partial, mode) != 0, errno != EEXIST { throw failure(doing) }
        }
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw SkeinError(.conflict, doing: doing, cause: "\(path) is not a directory")
        }
    }

    /// What the last system call said, as an error for people.
    static func failure(_ doing: String, code: Int32 = errno) -> SkeinError {
        let cause = String(cString: strerror(code))
        switch code {
        case EACCES, EPERM, EROFS:
            return SkeinError(.permission, doing: doing, cause: cause, next: "run it as root")
        case ENOSPC, EDQUOT:
            return SkeinError(.resources, doing: doing, cause: cause, next: "make room on that file system")
        case ENOENT, ENOTDIR: return SkeinError(.notFound, doing: doing, cause: cause)
        case EMFILE, ENFILE, ENOMEM: return SkeinError(.resources, doing: doing, cause: cause)
        default: return SkeinError(.tool, doing: doing, cause: cause)
        }
    }

    private static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = Glibc.write(descriptor, bytes.baseAddress! + done, bytes.count - done)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }
}
