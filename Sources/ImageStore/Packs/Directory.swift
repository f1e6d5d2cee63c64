internal import Basics
internal import Glibc

/// What the store does with directories: make, list, remove, sync, measure.
enum Directory {
    /// Makes a directory and those above it; one that is there is left as it is.
    static func make(_ path: String, permissions: mode_t = 0o700) throws(SkeinError) {
        if mkdir(path, permissions) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw SystemFailure.error(errno, doing: "making the directory \(path)")
        }
        try make(String(path[..<slash]), permissions: 0o755)
        guard mkdir(path, permissions) == 0 || errno == EEXIST else {
            throw SystemFailure.error(errno, doing: "making the directory \(path)")
        }
    }

    /// The names in a directory, sorted; none when it is not there.
    static func names(in path: String) throws(SkeinError) -> [String] {
        guard let directory = opendir(path) else {
            if errno == ENOENT { return [] }
            throw SystemFailure.error(errno, doing: "listing \(path)")
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Removes a directory that holds only files; one that is not there is no error.
    static func removeFlat(_ path: String) throws(SkeinError) {
        for name in try names(in: path) { try removeFile("\(path)/\(name)") }
        guard rmdir(path) == 0 || errno == ENOENT else {
            throw SystemFailure.error(errno, doing: "removing \(path)")
        }
    }

    static func removeFile(_ path: String) throws(SkeinError) {
        guard unlink(path) == 0 || errno == ENOENT else {
            throw SystemFailure.error(errno, doing: "removing \(path)")
        }
    }

    static func move(_ source: String, to target: String) throws(SkeinError) {
        guard rename(source, target) == 0 else {
            throw SystemFailure.error(errno, doing: "renaming \(source) to \(target)")
        }
    }

    /// Makes the names in a directory durable.
    static func sync(_ path: String) throws(SkeinError) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemFailure.error(errno, doing: "opening \(path)") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw SystemFailure.error(errno, doing: "syncing \(path)") }
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// The directory part of a path.
    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Bytes that an unprivileged writer may still use on the file system of a path.
    static func freeBytes(at path: String) throws(SkeinError) -> ByteCount {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { throw SystemFailure.error(errno, doing: "examining \(path)") }
        return ByteCount(bytes: Int64(clamping: UInt64(status.f_bavail) &* UInt64(status.f_frsize)))
    }

    /// The bytes that the files of a directory take on disk, holes not counted.
    static func usedBytes(in path: String) throws(SkeinError) -> Int64 {
        var total: Int64 = 0
        for name in try names(in: path) {
            var status = stat()
            // A file that goes away while we look counts as nothing.
            if lstat("\(path)/\(name)", &status) == 0 { total += Int64(status.st_blocks) * 512 }
        }
        return total
    }
}
