/// Cuts a stream of bytes into lines; a line beyond the limit is refused before memory is taken for it.
package struct LineBuffer: Sendable {
    /// The longest line in bytes, without its end.
    let limit: Int
    private var bytes: [UInt8] = []
    /// Where the next line begins.
    private var start = 0
    /// How far no line end was found.
    private var scanned = 0

    package init(limit: Int) { self.limit = limit }

    /// Takes bytes in; false when a line (or what is not yet a line) is beyond the limit.
    package mutating func append(_ more: [UInt8]) -> Bool {
        if start > 0 {
            bytes.removeFirst(start)
            scanned -= start
            start = 0
        }
        guard bytes.count + more.count <= limit || longestLine(with: more) <= limit else { return false }
        bytes += more
        return true
    }

    /// The next whole line without its end.
    package mutating func nextLine() -> [UInt8]? {
        guard let end = bytes[scanned...].firstIndex(of: newline) else {
            scanned = bytes.count
            return nil
        }
        defer {
            start = end + 1
            scanned = start
        }
        return Array(bytes[start..<end])
    }

    /// What follows the last line end.
    package var rest: [UInt8] { Array(bytes[start...]) }

    private let newline = UInt8(ascii: "\n")

    private func longestLine(with more: [UInt8]) -> Int {
        var longest = 0
        var current = bytes.count
        for byte in more {
            current = byte == newline ? 0 : current + 1
            longest = max(longest, current)
        }
        return max(longest, bytes.count)
    }
}
