public import Basics

/// A YAML value with its place in the file.
///
/// Values are read by asking for what is expected (`string`, `mapping`, …); anything else is an error that names the
/// file, line and column.
public struct YAMLValue: Sendable {
    /// What a value is.
    enum Content: Sendable {
        /// `isPlain`: written without quotes, so it may be a number, a truth value or nothing.
        case scalar(String, isPlain: Bool)
        case list([YAMLValue])
        case mapping([YAMLEntry])
    }

    public let file: String
    /// The line, from 1.
    public let line: Int
    /// The column, from 1.
    public let column: Int
    let content: Content

    init(file: String, line: Int, column: Int, content: Content) {
        self.file = file
        self.line = line
        self.column = column
        self.content = content
    }

    /// Nothing: an empty value, `~` or `null`.
    public var isNull: Bool {
        switch content {
        case .scalar(let text, let isPlain): isPlain && ["", "~", "null", "Null", "NULL"].contains(text)
        case .list, .mapping: false
        }
    }

    /// An error of this place: `cluster.yaml:12:5: …`.
    public func failure(_ cause: String, next: String = "") -> SkeinError {
        SkeinError(.usage, doing: "\(file):\(line):\(column)", cause: cause, next: next)
    }

    /// What the value is, for messages: `a list`, `nothing`, `"text"`.
    var kind: String {
        switch content {
        case .scalar(let text, _):
            isNull ? "nothing" : "\"\(YAMLValue.excerpt(text))\""
        case .list: "a list"
        case .mapping: "a mapping"
        }
    }

    /// Text cut to what a message can hold, on one line and without control characters.
    static func excerpt(_ text: String) -> String {
        var shown = String.UnicodeScalarView()
        var bytes = 0
        for scalar in text.unicodeScalars {
            bytes += UTF8.width(scalar)
            guard bytes <= YAMLLimits.quotedBytes else { return String(shown) + "…" }
            let isControl = scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
            shown.append(isControl ? " " : scalar)
        }
        return String(shown)
    }
}
