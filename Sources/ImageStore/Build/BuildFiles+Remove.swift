import Basics
import Glibc

extension BuildFiles {
    /// Removes a directory and everything in it, never following links and never crossing into another file system.
    static func removeTree(_ path: String) throws(SkeinError) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            if errno == ENOENT { return }
            throw failure("removing \(path)")
        }
        try remove(path, status, device: status.st_dev)
    }

    private static func remove(_ path: String, _ status: stat, device: dev_t) throws(SkeinError) {
        guard status.st_mode & S_IFMT == S_IFDIR else {
            guard unlink(path) == 0 || errno == ENOENT else { throw failure("removing \(path)") }
            return
        }
        guard status.st_dev == device else {
            throw SkeinError(.conflict, doing: "removing \(path)", cause: "something is mounted there")
        }
        for name in names(in: path) {
            let child = "\(path)/\(name)"
            var status = stat()
            guard lstat(child, &status) == 0 else { continue }
            try remove(child, status, device: device)
        }
        guard rmdir(path) == 0 || errno == ENOENT else { throw failure("removing \(path)") }
    }
}
