public import Basics

/// The memory of this host.
public enum HostMemory {
    /// What can be given to new guests without swapping (the kernel's own estimate); nil when it does not say.
    public static func available() -> ByteCount? { field("MemAvailable") }

    public static func total() -> ByteCount? { field("MemTotal") }

    private static func field(_ name: String) -> ByteCount? {
        HostFile.text("/proc/meminfo").flatMap { value(of: name, in: $0) }
    }

    /// The field of a text such as that of /proc/meminfo: `NAME:   123 kB`.
    package static func value(of name: String, in text: String) -> ByteCount? {
        for line in text.split(separator: "\n") where line.hasPrefix("\(name):") {
            let words = line.dropFirst(name.utf8.count + 1).split(separator: " ")
            guard words.count == 2, words[1] == "kB", let count = Int64(words[0]), (0...(1 << 50)).contains(count)
            else {
                return nil
            }
            return .kibibytes(count)
        }
        return nil
    }
}
