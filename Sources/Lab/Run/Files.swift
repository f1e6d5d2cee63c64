import Basics
import FoundationEssentials
import Glibc

/// Small file operations with errors for people.
enum Files {
    static func makeDirectory(_ path: String, mode: mode_t = 0o755, doing: String) throws(SkeinError) {
        if mkdir(path, mode) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw failure(path, doing: doing)
        }
        try makeDirectory(String(path[..<slash]), doing: doing)
        if mkdir(path, mode) != 0, errno != EEXIST { throw failure(path, doing: doing) }
    }

    /// Writes a whole file beside its name and renames it, so that it is there in full or not at all.
    static func write(
        _ text: String, to path: String, mode: mode_t = 0o600, doing: String, next: String = ""
    ) throws(SkeinError) {
        let temporary = "\(path).new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw failure(path, doing: doing, next: next) }
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let error = failure(path, doing: doing, next: next)
                _ = close(descriptor)
                _ = unlink(temporary)
                throw error
            }
            bytes = bytes.dropFirst(count)
        }
        guard close(descriptor) == 0, rename(temporary, path) == 0 else {
            let error = failure(path, doing: doing, next: next)
            _ = unlink(temporary)
            throw error
        }
    }

    /// The bytes of a file, at most `limit`, or nil when it cannot be read.
    static func read(_ path: String, limit: Int = 4 << 20) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { _ = close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < limit {
            let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return count == 0 ? bytes : nil }
            bytes.append(contentsOf: buffer[..<count])
        }
        return bytes
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// The last lines of a text file, or an empty text.
    static func tail(_ path: String) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { _ = close(descriptor) }
        let end = lseek(descriptor, 0, SEEK_END)
        _ = lseek(descriptor, max(0, end - off_t(LabLimits.logBytes)), SEEK_SET)
        var buffer = [UInt8](repeating: 0, count: LabLimits.logBytes)
        let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
        return Tool.lastLines(String(decoding: buffer[..<max(0, count)], as: UTF8.self))
    }

    static func names(in directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { _ = closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    static func failure(_ path: String, doing: String, next: String = "") -> SkeinError {
        let code: SkeinError.Code =
            switch errno {
            case ENOENT, ENOTDIR: .notFound
            case EISDIR: .usage
            case EACCES, EPERM: .permission
            case ENOSPC, EDQUOT, ENOMEM: .resources
            default: .internal
            }
        return SkeinError(code, doing: doing, cause: "\(path): \(String(cString: strerror(errno)))", next: next)
    }
}
