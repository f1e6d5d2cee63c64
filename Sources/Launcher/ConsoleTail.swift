/// The last lines of a guest's console, made harmless for a terminal.
public enum ConsoleTail {
    /// Words that the console of a guest in trouble says, with what they mean.
    static let troubles: [(words: String, meaning: String)] = [
        ("Kernel panic", "the kernel panicked"),
        ("Unable to mount root fs", "the kernel found no root file system"),
        ("VFS: Cannot open root device", "the kernel found no root device"),
        ("Out of memory: Killed", "the guest ran out of memory"),
        ("Attempted to kill init", "init ended"),
        ("emergency mode", "systemd went into emergency mode"),
        ("No space left on device", "the guest's disk is full"),
        ("EXT4-fs error", "the root file system is damaged"),
        ("Buffer I/O error", "the guest's disk fails"),
        ("skein: error", "the first-boot unit failed"),
    ]

    /// The last `count` lines of these bytes, without control characters, escape sequences or text-direction marks.
    public static func lines(of bytes: [UInt8], count: Int) -> [String] {
        let count = min(max(0, count), LauncherLimits.consoleLines)
        var lines: [String] = []
        for line in bytes.split(separator: UInt8(ascii: "\n")).reversed() {
            guard lines.count < count else { break }
            let text = harmless(line)
            if !text.isEmpty { lines.append(text) }
        }
        return lines.reversed()
    }

    /// The last lines of a console file; none when it cannot be read.
    public static func lines(ofFile path: String, count: Int) -> [String] {
        lines(of: HostFile.readEnd(of: path, limit: LauncherLimits.consoleTailBytes) ?? [], count: count)
    }

    /// What is wrong according to these lines: the meaning and the line, of the last line that says so.
    public static func trouble(in lines: [String]) -> (meaning: String, line: String)? {
        for line in lines.reversed() {
            for (words, meaning) in troubles where line.contains(words) { return (meaning, line) }
        }
        return nil
    }

    private static func harmless(_ line: ArraySlice<UInt8>) -> String {
        var result = ""
        var rest = String(decoding: line, as: UTF8.self).unicodeScalars[...]
        var length = 0
        while let scalar = rest.popFirst(), length < LauncherLimits.consoleLineCharacters {
            if scalar == "\u{1B}" || scalar == "\u{9B}" {
                dropSequence(&rest, isControlSequence: scalar == "\u{9B}")
            } else if isShown(scalar) {
                result.unicodeScalars.append(scalar == "\t" ? " " : scalar)
                length += 1
            }
        }
        while result.last == " " { result.removeLast() }
        return result
    }

    /// Drops what follows an escape character: `[`, parameters and the final letter, or one character.
    private static func dropSequence(_ rest: inout Substring.UnicodeScalarView, isControlSequence: Bool) {
        if !isControlSequence {
            guard let first = rest.popFirst(), first == "[" else { return }
        }
        while let scalar = rest.popFirst(), !(0x40...0x7E).contains(scalar.value) {}
    }

    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == "\t" { return true }
        switch scalar.properties.generalCategory {
        // Format characters change the direction of text or hide it.
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: return false
        default: return true
        }
    }
}
