public import Basics
import CSodium

/// An Ed25519 signature, detached from what it signs.
public struct Signature: Hashable, Sendable {
    public static let byteCount = 64

    private let first: Digest
    private let second: Digest

    /// A signature of exactly 64 bytes, or nil. Nothing is said yet about its validity.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Signature.byteCount,
            let first = Digest(bytes: bytes[..<Digest.byteCount]),
            let second = Digest(bytes: bytes[Digest.byteCount...])
        else { return nil }
        self.first = first
        self.second = second
    }

    public var bytes: [UInt8] { first.bytes + second.bytes }

    /// Whether the owner of a public key made this signature for this message and purpose.
    public func isValid(for message: [UInt8], by key: Digest, context: SignatureContext) -> Bool {
        Sodium.start()
        let signed = context.signedBytes(message)
        return crypto_sign_verify_detached(bytes, signed, UInt64(signed.count), key.bytes) == 0
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        first = try reader.readDigest()
        second = try reader.readDigest()
    }
}
