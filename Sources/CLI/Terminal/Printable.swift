/// Makes text from other machines harmless to a terminal: no control character gets through.
enum Printable {
    /// One line.
    static func text(_ text: String) -> String { filter(text, keepsNewlines: false) }

    /// Several lines, such as the last words of a tool.
    static func lines(_ text: String) -> String { filter(text, keepsNewlines: true) }

    private static func filter(_ text: String, keepsNewlines: Bool) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar == "\n", keepsNewlines {
                result.append(scalar)
            } else if scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) {
                result.append(" ")
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }

    /// Padded with spaces to a width, or cut to it.
    static func fit(_ text: String, _ width: Int) -> String {
        let count = text.count
        if count <= width { return text + String(repeating: " ", count: width - count) }
        return cut(text, width)
    }

    /// Cut to a width, with an ellipsis when something is missing.
    static func cut(_ text: String, _ width: Int) -> String {
        guard text.count > width else { return text }
        return width <= 1 ? String(text.prefix(max(0, width))) : text.prefix(width - 1) + "…"
    }
}
