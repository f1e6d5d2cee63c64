package import Basics

/// What people write where an image is meant: `NAME`, `NAME@VERSION`, an ImageID or a prefix of one.
package enum ImageReference: Hashable {
    case image(ImageID)
    case version(name: String, version: UInt64)
    /// A name, or a prefix of an ImageID when no image bears the name.
    case name(String)

    /// Nil when the text is none of these.
    package init?(parsing text: String) {
        if let id = ImageID(hex: text) {
            self = .image(id)
            return
        }
        guard let at = text.lastIndex(of: "@") else {
            guard ImageName.isValid(text) else { return nil }
            self = .name(text)
            return
        }
        let name = String(text[..<at])
        guard ImageName.isValid(name), let version = UInt64(text[text.index(after: at)...]),
            version <= ManifestLimits.version
        else { return nil }
        self = .version(name: name, version: version)
    }

    /// The lower-case hexadecimal prefix that a name also is, or nil.
    static func idPrefix(_ text: String) -> String? {
        guard text.utf8.count >= StoreLimits.imagePrefixDigits, text.utf8.count < Digest.byteCount * 2,
            text.utf8.allSatisfy({ "0123456789abcdef".utf8.contains($0) })
        else { return nil }
        return text
    }
}
