package import Basics

/// A ``SkeinError`` as the body of a `failure` frame.
package enum ErrorBody {
    private static let textBytes = 8192

    package static func encode(_ error: SkeinError) -> [UInt8] {
        var writer = ByteWriter()
        for text in [error.code.rawValue, error.doing, error.cause, error.next] {
            writer.write(field16: Array(text.utf8.prefix(textBytes)))
        }
        return writer.bytes
    }

    /// Total: bytes that are no error become an error that says so.
    package static func decode(_ bytes: [UInt8]) -> SkeinError {
        var reader = ByteReader(bytes)
        var texts: [String] = []
        while texts.count < 4, let field = try? reader.readField16(limit: textBytes) {
            texts.append(String(decoding: field, as: UTF8.self))
        }
        guard texts.count == 4 else {
            return SkeinError(.internal, doing: "asking another peer", cause: "its answer cannot be read")
        }
        return SkeinError(
            SkeinError.Code(rawValue: texts[0]) ?? .internal, doing: texts[1], cause: texts[2], next: texts[3])
    }
}
