import Glibc

/// Some lines on standard output that are drawn anew in their place; where that is not a terminal, one block after the other.
struct LiveBlock {
    private let isTerminal = isatty(STDOUT_FILENO) == 1
    private var shown = 0

    private static let hideCursor = "\u{1B}[?25l"
    private static let showCursor = "\u{1B}[?25h"

    /// Puts the terminal back as it was; harmless when nothing was drawn.
    static func restore() {
        if isatty(STDOUT_FILENO) == 1 { Output.write(showCursor, to: STDOUT_FILENO) }
    }

    /// - Parameter lines: without control characters. Those that do not fit on a terminal are cut, or left out at the end.
    mutating func draw(_ lines: [String]) {
        guard isTerminal else {
            return Output.write((lines + [""]).map { $0 + "\n" }.joined(), to: STDOUT_FILENO)
        }
        let size = Self.size
        var visible = lines
        if visible.count > size.rows - 1 {
            visible = Array(visible.prefix(max(1, size.rows - 2)))
            visible.append("… and \(lines.count - visible.count) lines more")
        }
        // One write a frame, so that no half of it is ever seen.
        var frame = shown == 0 ? Self.hideCursor : "\u{1B}[\(shown)A\r\u{1B}[J"
        for line in visible { frame += Printable.cut(line, size.columns - 1) + "\n" }
        Output.write(frame, to: STDOUT_FILENO)
        shown = visible.count
    }

    /// Of the terminal behind standard output; nil when there is none.
    static var columns: Int? { isatty(STDOUT_FILENO) == 1 ? size.columns : nil }

    private static var size: (columns: Int, rows: Int) {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 1, size.ws_row > 1 else {
            return (80, 24)
        }
        return (Int(size.ws_col), Int(size.ws_row))
    }
}
