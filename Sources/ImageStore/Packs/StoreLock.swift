internal import Basics
internal import Glibc

/// The lock that one process holds on a store for as long as it has it open.
struct StoreLock {
    private let file: OpenFile

    /// Fails at once with `conflict`, and names the holder, when another has the store open.
    init(directory: String) throws(SkeinError) {
        file = try OpenFile(path: "\(directory)/lock", mode: .write)
        guard flock(file.descriptor, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else { throw SystemFailure.error(errno, doing: "locking \(file.path)") }
            let holder = String(decoding: try file.bytes(20, at: 0), as: UTF8.self).prefix { $0.isNumber }
            throw SkeinError(
                .conflict, doing: "opening the store \(directory)",
                cause: holder.isEmpty ? "another process has it open" : "process \(holder) has it open",
                next: "stop that peer first, or use another state directory")
        }
        try file.truncate(to: 0)
        try file.write(Array("\(getpid())\n".utf8), at: 0)
    }
}
