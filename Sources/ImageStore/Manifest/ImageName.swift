internal import Basics

/// The grammar of image names, and what people may write where an image is meant.
public enum ImageName {
    /// Whether a text is a name: lower-case words of letters, digits, `.`, `_`, `-`, `+`, joined by single slashes.
    ///
    /// A name begins with a letter or digit in every word, has no `..`, and is not 64 hexadecimal digits long (that
    /// would read as an ImageID).
    public static func isValid(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard !bytes.isEmpty, bytes.count <= StoreLimits.imageNameBytes, Digest(hex: name) == nil else { return false }
        return bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy(isWord)
    }

    private static func isWord(_ word: ArraySlice<UInt8>) -> Bool {
        guard let first = word.first, isLetterOrDigit(first) else { return false }
        var previous = first
        for byte in word.dropFirst() {
            let dot = UInt8(ascii: ".")
            guard isLetterOrDigit(byte) || "._-+".utf8.contains(byte), byte != dot || previous != dot else {
                return false
            }
            previous = byte
        }
        return true
    }

    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    static func check(_ name: String, doing: String) throws(SkeinError) {
        guard isValid(name) else {
            throw SkeinError(
                .usage, doing: doing, cause: "\"\(name)\" is no image name",
                next: "use lower-case letters, digits and . _ - + /, at most \(StoreLimits.imageNameBytes) bytes")
        }
    }
}
