import Foundation
import Glibc

/// What the terminal behind standard error can do.
struct Terminal {
    /// True when lines can be rewritten.
    let isLive: Bool
    /// True when blocks and dashes beyond ASCII can be shown.
    let isUnicode: Bool

    /// The terminal of this process.
    static var current: Terminal {
        let environment = ProcessInfo.processInfo.environment
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        let spelled = locale.lowercased()
        return Terminal(
            isLive: isatty(STDERR_FILENO) == 1 && environment["TERM"] != "dumb" && environment["TERM"] != nil,
            isUnicode: spelled.contains("utf-8") || spelled.contains("utf8"))
    }

    /// Columns and rows, asked anew each time because windows are resized.
    var size: (columns: Int, rows: Int) {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// A bar of `width` cells, `share` (0 to 1) of them full.
    func bar(share: Double, width: Int) -> String {
        let full = max(0, min(width, Int((share * Double(width)).rounded(.down))))
        return String(repeating: isUnicode ? "█" : "#", count: full)
            + String(repeating: isUnicode ? "░" : ".", count: width - full)
    }
}
