import Glibc

extension MachineFacts {
    /// The machine that this process runs on.
    ///
    /// - Parameter skein: the version of skein.
    public static func current(skein: String) -> MachineFacts {
        var names = utsname()
        uname(&names)
        let kernel = withUnsafePointer(to: &names.release) {
            $0.withMemoryRebound(to: CChar.self, capacity: 65) { String(cString: $0) }
        }
        let model = value(of: "model name", in: "/proc/cpuinfo", separator: ":") ?? "unknown processor"
        let system = value(of: "PRETTY_NAME", in: "/etc/os-release", separator: "=") ?? "unknown system"
        return MachineFacts(
            processors: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))), model: model,
            memoryBytes: Int64(sysconf(Int32(_SC_PHYS_PAGES))) * Int64(sysconf(Int32(_SC_PAGESIZE))), kernel: kernel,
            system: system, skein: skein)
    }

    private static func value(of key: String, in path: String, separator: Character) -> String? {
        guard let bytes = Files.read(path) else { return nil }
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: separator, maxSplits: 1)
            guard parts.count == 2, trimmed(parts[0]) == key else { continue }
            return String(trimmed(parts[1]).filter { $0 != "\"" })
        }
        return nil
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text
    }
}
