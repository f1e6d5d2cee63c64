package import Basics
import Foundation

/// JSON between peers and towards the control API: compact, with sorted keys.
package enum JSON {
    package static func encode(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Our own message types are always encodable: no dictionary keys of other types, no non-finite numbers.
        guard let data = try? encoder.encode(value) else { return Array("null".utf8) }
        return Array(data)
    }

    /// - Throws: `SkeinError` of code `usage` that says what could not be read.
    package static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8], _ what: String)
        throws(SkeinError)
        -> Value
    {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw SkeinError(
                .usage, doing: "reading \(what)", cause: "it is not what this version understands: \(error)")
        }
    }

    static func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

    static func fromBase64(_ text: String) -> [UInt8]? { Data(base64Encoded: text).map(Array.init) }
}
