import Basics

/// The rule for names in certificates and site files: they end up in file names, on terminals and in host names.
public enum CertifiedName {
    /// 1 to 63 ASCII letters, digits, `.`, `_` or `-`, with a letter or digit first.
    public static func isValid(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= FormatLimits.nameBytes else { return false }
        return isAlphanumeric(first)
            && name.utf8.allSatisfy { isAlphanumeric($0) || [UInt8(ascii: "."), 0x5F, UInt8(ascii: "-")].contains($0) }
    }

    static func read(from reader: inout ByteReader) throws(DecodeError) -> String {
        let name = try reader.readText(limit: FormatLimits.nameBytes)
        guard isValid(name) else { throw .malformed("a name has other characters than letters, digits, . _ -") }
        return name
    }

    /// The name, or the error that a person sees.
    static func check(_ name: String, doing: String) throws(SkeinError) {
        guard !isValid(name) else { return }
        throw SkeinError(
            .usage, doing: doing, cause: "\"\(name.prefix(80))\" is not a name",
            next: "use 1 to \(FormatLimits.nameBytes) letters, digits, '.', '_' or '-', with a letter or digit first")
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
