/// How wide text becomes, without a browser: widths of the widest common sans-serif face, so that real text is narrower.
enum TextMeasure {
    static func width(_ text: String, size: Double) -> Double {
        text.unicodeScalars.reduce(0) { $0 + em($1) } * size
    }

    /// Text with its middle left out when it is too wide: names of hosts differ at their ends.
    static func cut(_ text: String, to width: Double, size: Double) -> String {
        guard self.width(text, size: size) > width else { return text }
        let characters = Array(text)
        var (head, tail) = (0, 0)
        var rest = width - self.width("…", size: size)
        while head + tail < characters.count {
            // Two characters of the end for each of the beginning.
            let takesHead = head * 2 < tail
            let next = takesHead ? characters[head] : characters[characters.count - 1 - tail]
            rest -= self.width(String(next), size: size)
            guard rest >= 0 else { break }
            if takesHead { head += 1 } else { tail += 1 }
        }
        return String(characters.prefix(head)) + "…" + String(characters.suffix(tail))
    }

    private static func em(_ scalar: Unicode.Scalar) -> Double {
        switch scalar {
        case "i", "j", "l", "I", ".", ",", ":", ";", "'", "|", "!", " ": 0.34
        case "f", "t", "r", "-", "(", ")", "[", "]", "/", "\"": 0.42
        case "m", "w", "M", "W", "%", "@", "…", "–": 1.0
        case "a"..."z": 0.64
        case "0"..."9": 0.64
        case "A"..."Z": 0.78
        default: scalar.value < 0x300 ? 0.84 : 1.05
        }
    }
}
