import Glibc

/// Keeps a virtual machine from giving free memory back to its hypervisor while something is measured.
///
/// Where the kernel reports free pages it does so two seconds after large ones became free, again and again, and all
/// processors of a small machine may stand still meanwhile: up to 0.3 s a time, whatever is measured. A kernel that can be
/// told how long a page has to be free first is told a minute; others are left as they are.
struct PageReporting {
    private static let path = "/sys/module/page_reporting/parameters/min_free_ms"
    private static let quietMilliseconds = 60_000

    /// What to write back; nil when nothing was changed.
    private let before: Int?

    /// Asks for quiet. A value that is as large already was set by somebody else, who will see to it.
    static func quiet() -> PageReporting {
        let known = Files.read(path).map { String(decoding: $0, as: UTF8.self) }
        let value = known?.split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) }
        guard let value, value < quietMilliseconds, write(quietMilliseconds) else { return PageReporting(before: nil) }
        return PageReporting(before: value)
    }

    func restore() {
        if let before { _ = Self.write(before) }
    }

    private static func write(_ milliseconds: Int) -> Bool {
        let file = open(path, O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        let text = Array("\(milliseconds)".utf8)
        return Glibc.write(file, text, text.count) == text.count
    }
}
