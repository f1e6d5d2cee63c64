/// Finds files whose aliases would make the parser underneath compare values of exponential size.
///
/// That parser compares the keys of every mapping. Keys that are words cost nothing; a key that is itself a list or
/// mapping made of aliases of aliases can cost more than the age of the universe. So a file that has aliases may have
/// words as keys only. The check reads the raw text and errs on the safe side.
enum AliasGuard {
    /// True when a text holds some `&name` and `*name`, and something that may be a key that is not a word.
    static func isSuspicious(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard hasAliases(bytes) else { return false }
        for index in bytes.indices {
            switch bytes[index] {
            case UInt8(ascii: "?"):
                if index + 1 == bytes.count || isSpace(bytes[index + 1]) { return true }
            case UInt8(ascii: ":"):
                if let last = lastBeforeSpaces(bytes, index), last == UInt8(ascii: "]") || last == UInt8(ascii: "}") {
                    return true
                }
                if endsAlias(bytes, index) { return true }
            default: break
            }
        }
        return false
    }

    private static func hasAliases(_ bytes: [UInt8]) -> Bool {
        let anchors = names(after: UInt8(ascii: "&"), bytes)
        return !anchors.isEmpty && !anchors.isDisjoint(with: names(after: UInt8(ascii: "*"), bytes))
    }

    private static func names(after sign: UInt8, _ bytes: [UInt8]) -> Set<ArraySlice<UInt8>> {
        var found: Set<ArraySlice<UInt8>> = []
        var index = 0
        while index < bytes.count {
            defer { index += 1 }
            guard bytes[index] == sign else { continue }
            var end = index + 1
            while end < bytes.count, isNameByte(bytes[end]) { end += 1 }
            if end > index + 1 { found.insert(bytes[index + 1..<end]) }
            index = end - 1
        }
        return found
    }

    private static func lastBeforeSpaces(_ bytes: [UInt8], _ index: Int) -> UInt8? {
        bytes[..<index].last { !isSpace($0) }
    }

    /// Whether a colon follows `*name` and spaces.
    private static func endsAlias(_ bytes: [UInt8], _ colon: Int) -> Bool {
        var index = colon - 1
        while index >= 0, isSpace(bytes[index]) { index -= 1 }
        while index >= 0, isNameByte(bytes[index]) { index -= 1 }
        return index >= 0 && bytes[index] == UInt8(ascii: "*")
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
