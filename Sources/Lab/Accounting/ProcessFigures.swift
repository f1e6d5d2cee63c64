import Glibc

/// What the kernel says of one process: its processor time and its memory.
package struct ProcessFigures: Sendable, Hashable {
    /// In user and kernel mode, all threads, since it started.
    package var processorSeconds: Double
    /// Resident pages that no file stands behind.
    package var anonymousBytes: Int64
    package var residentBytes: Int64
    /// The most that was resident at any time.
    package var peakResidentBytes: Int64

    /// Reads `/proc`; nil when the process is gone.
    ///
    /// - Parameter readsMemory: false leaves the memory out, which costs the kernel a walk over all pages.
    package init?(process: Int32, readsMemory: Bool = true) {
        guard let ticks = Self.processorTicks(process) else { return nil }
        processorSeconds = Double(ticks) / Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
        anonymousBytes = 0
        residentBytes = 0
        peakResidentBytes = 0
        guard readsMemory else { return }
        let status = Self.fields(of: "/proc/\(process)/status")
        peakResidentBytes = status["VmHWM"] ?? 0
        residentBytes = status["VmRSS"] ?? 0
        anonymousBytes = Self.fields(of: "/proc/\(process)/smaps_rollup")["Anonymous"] ?? 0
    }

    /// `utime + stime` of `/proc/PID/stat`.
    private static func processorTicks(_ process: Int32) -> UInt64? {
        guard let bytes = Files.read("/proc/\(process)/stat") else { return nil }
        // The name in parentheses may hold anything: the state follows the last parenthesis.
        let rest = String(decoding: bytes, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
        guard rest.count > 12, let user = UInt64(rest[11]), let kernel = UInt64(rest[12]) else { return nil }
        return user + kernel
    }

    /// Lines like `Name:   123 kB`, in bytes.
    private static func fields(of path: String) -> [Substring: Int64] {
        guard let bytes = Files.read(path) else { return [:] }
        var found: [Substring: Int64] = [:]
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, let figure = parts[1].split(whereSeparator: \.isWhitespace).first,
                let value = Int64(figure)
            else {
                continue
            }
            found[parts[0]] = value << 10
        }
        return found
    }
}
