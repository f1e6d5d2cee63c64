public import Basics
import CSodium

/// An Ed25519 key pair.
public struct SigningKey: Sendable {
    public static let seedBytes = 32

    /// Seed and public key, as libsodium keeps them.
    private let secret: SecretBytes
    public let publicKey: Digest

    /// A new random key.
    public init() { self.init(checkedSeed: Sodium.randomBytes(SigningKey.seedBytes)) }

    /// The key of a seed of exactly 32 bytes, or nil.
    public init?(seed: [UInt8]) {
        guard seed.count == SigningKey.seedBytes else { return nil }
        self.init(checkedSeed: seed)
    }

    private init(checkedSeed seed: [UInt8]) {
        var publicBytes = [UInt8](repeating: 0, count: Digest.byteCount)
        secret = SecretBytes(count: 64) { secret in
            _ = crypto_sign_seed_keypair(
                &publicBytes, secret.address, seed)
        }
        publicKey = publicBytes.withUnsafeBytes { Digest($0) }
    }

    /// The 32 secret bytes that the whole key follows from.
    public var seed: [UInt8] { secret.withUnsafeBytes { Array($0.prefix(SigningKey.seedBytes)) } }

    public func sign(_ message: [UInt8], context: SignatureContext) -> Signature {
        let signed = context.signedBytes(message)
        var bytes = [UInt8](repeating: 0, count: Signature.byteCount)
        secret.withPointer { key in
            _ = crypto_sign_detached(&bytes, nil, signed, UInt64(signed.count), key)
        }
        guard let signature = Signature(bytes: bytes) else { preconditionFailure("a signature has 64 bytes") }
        return signature
    }
}

extension SigningKey: CustomStringConvertible {
    public var description: String { "signing key \(publicKey.hex.prefix(12))" }
}
