import Foundation

/// What the program has in memory now, as the kernel counts.
enum HeapUse {
    /// Bytes resident; 0 where /proc cannot be read.
    static var bytes: Int {
        guard let line = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return 0 }
        let fields = line.split(separator: " ")
        guard fields.count > 1, let pages = Int(fields[1]) else { return 0 }
        return pages * 4096
    }
}
