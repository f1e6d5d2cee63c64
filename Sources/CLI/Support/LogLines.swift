/// Cuts a console into lines for JSON; very long ones are cut into several.
struct LogLines {
    private static let maximumBytes = 64 << 10
    private var bytes: [UInt8] = []

    /// The lines that are whole with these bytes.
    mutating func cut(_ more: [UInt8]) -> [String] {
        var lines: [String] = []
        for byte in more {
            if byte == UInt8(ascii: "\n") || bytes.count >= LogLines.maximumBytes {
                lines.append(text)
                bytes.removeAll(keepingCapacity: true)
            }
            if byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") { bytes.append(byte) }
        }
        return lines
    }

    /// What follows the last line end.
    var rest: String? { bytes.isEmpty ? nil : text }

    private var text: String { String(decoding: bytes, as: UTF8.self) }
}
