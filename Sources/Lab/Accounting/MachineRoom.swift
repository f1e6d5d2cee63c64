import Glibc

/// What a machine has free for a run.
package struct MachineRoom: Sendable, Hashable {
    package var memoryBytes: Int64
    package var diskBytes: Int64

    package init(memoryBytes: Int64, diskBytes: Int64) {
        self.memoryBytes = memoryBytes
        self.diskBytes = diskBytes
    }

    /// - Parameter directory: where disk is looked for; it or the nearest directory above it that is there.
    static func current(directory: String) -> MachineRoom {
        let text = Files.read("/proc/meminfo").map { String(decoding: $0, as: UTF8.self) } ?? ""
        let memory =
            text.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
            .flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int64($0) } ?? 0
        var path = directory
        var disk = statvfs()
        while statvfs(path, &disk) != 0, path != "/", let slash = path.lastIndex(of: "/") {
            path = slash == path.startIndex ? "/" : String(path[..<slash])
        }
        return MachineRoom(memoryBytes: memory << 10, diskBytes: Int64(disk.f_bavail) * Int64(disk.f_frsize))
    }
}
