/// Writes well-formed markup that is both HTML and XML: every text and attribute is escaped here and nowhere else.
struct Markup {
    private(set) var source = ""

    /// An element with content; both tags are always written, as HTML wants it.
    mutating func element(
        _ name: StaticString, _ attributes: [(String, String)] = [], _ content: (inout Markup) -> Void
    ) {
        open(name, attributes)
        source += ">"
        content(&self)
        source += "</\(name)>"
    }

    mutating func element(_ name: StaticString, _ attributes: [(String, String)] = [], text: String) {
        element(name, attributes) { $0.text(text) }
    }

    /// An element that never has content: a void element of HTML, or a shape of SVG.
    mutating func empty(_ name: StaticString, _ attributes: [(String, String)] = []) {
        open(name, attributes)
        source += "/>"
    }

    mutating func text(_ text: String) { source += Self.escaped(text) }

    /// What another builder has escaped already.
    mutating func append(_ other: Markup) { source += other.source }

    /// Text of the program itself, such as a style sheet.
    mutating func literal(_ text: StaticString) { source += "\(text)" }

    private mutating func open(_ name: StaticString, _ attributes: [(String, String)]) {
        source += "<\(name)"
        for (name, value) in attributes { source += " \(name)=\"\(Self.escaped(value))\"" }
    }

    /// Text in which nothing is markup. What XML forbids and what turns the direction of writing becomes U+FFFD.
    static func escaped(_ text: String) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\n", "\t": result.unicodeScalars.append(scalar)
            default: result.unicodeScalars.append(isHarmful(scalar) ? "\u{FFFD}" : scalar)
            }
        }
        return result
    }

    private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069, 0xFFFE, 0xFFFF: true
        default: false
        }
    }
}
