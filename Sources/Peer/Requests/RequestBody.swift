package import Basics
import Trust

/// The body of a `request` frame: a method's name and its argument.
package struct RequestBody: Sendable, Hashable {
    package static let methodBytes = 64
    package let method: String
    package let argument: [UInt8]

    package init(method: String, argument: [UInt8]) {
        self.method = method
        self.argument = argument
    }

    package init(decoding bytes: [UInt8]) throws(DecodeError) {
        var reader = ByteReader(bytes)
        method = try reader.readText(limit: RequestBody.methodBytes)
        argument = try reader.readField32(limit: PeerLimits.frameBodyBytes)
        try reader.finish()
    }

    package func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: argument.count + 16)
        writer.write(text: method)
        writer.write(field32: argument)
        return writer.bytes
    }
}

/// The peer that asks, as its certificate names it.
struct RequestCaller: Sendable {
    let peer: PeerID
    let name: String
    let roles: PeerRoles
}

/// Answers a request; `emit` sends events before the answer.
typealias RequestHandler =
    @Sendable (_ caller: RequestCaller, _ call: RequestBody, _ emit: @escaping @Sendable ([UInt8]) -> Void) async throws
    -> [UInt8]

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
