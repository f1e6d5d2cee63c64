package import Basics

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
