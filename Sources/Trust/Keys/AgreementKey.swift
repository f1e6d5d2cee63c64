public import Basics
import CSodium

/// An X25519 key pair: the static key of handshakes, and the key that boxes are sealed to.
public struct AgreementKey: Sendable {
    public static let secretBytes = 32
    /// How much longer a sealed box is than its content: an ephemeral public key and a tag.
    public static let boxOverheadBytes = 48

    private let secretKey: SecretBytes
    public let publicKey: Digest

    /// A new random key.
    public init() { self.init(SecretBytes(randomCount: AgreementKey.secretBytes)) }

    /// The key of exactly 32 secret bytes, or nil.
    public init?(secret: [UInt8]) {
        guard secret.count == AgreementKey.secretBytes else { return nil }
        self.init(SecretBytes(copying: secret))
    }

    private init(_ secretKey: SecretBytes) {
        var publicBytes = [UInt8](repeating: 0, count: Digest.byteCount)
        secretKey.withPointer { _ = crypto_scalarmult_base(&publicBytes, $0) }
        self.secretKey = secretKey
        publicKey = publicBytes.withUnsafeBytes { Digest($0) }
    }

    /// A copy of the secret half.
    public var secret: [UInt8] { secretKey.bytes }

    /// The content of a box that was sealed to this key, or nil.
    public func openSealed(_ box: [UInt8]) -> [UInt8]? {
        let count = box.count - AgreementKey.boxOverheadBytes
        guard count >= 0 else { return nil }
        // One spare byte, so that an empty content has an address too.
        var content = [UInt8](repeating: 0, count: count + 1)
        let isAuthentic = secretKey.withPointer { secret in
            crypto_box_seal_open(&content, box, UInt64(box.count), publicKey.bytes, secret) == 0
        }
        guard isAuthentic else { return nil }
        content.removeLast()
        return content
    }

    /// A box that only the owner of the public key opens; it does not say who sealed it.
    ///
    /// A public key that no secret belongs to (one of small order) gives zeros of the same size, which nobody opens.
    public static func seal(_ bytes: [UInt8], to publicKey: Digest) -> [UInt8] {
        Sodium.start()
        var box = [UInt8](repeating: 0, count: bytes.count + boxOverheadBytes)
        guard crypto_box_seal(&box, bytes, UInt64(bytes.count), publicKey.bytes) == 0 else {
            return [UInt8](repeating: 0, count: box.count)
        }
        return box
    }

    /// X25519 with another's public key; nil when that key is of small order and the result would be zero.
    func agree(with other: Digest) -> SecretBytes? {
        var isUsable = false
        let shared = SecretBytes(count: Digest.byteCount) { shared in
            secretKey.withPointer { secret in
                isUsable =
                    crypto_scalarmult(
                        shared.address, secret, other.bytes) == 0
            }
        }
        return isUsable ? shared : nil
    }

    /// Whether a key from outside can be agreed with at all: small-order points cannot.
    static func isUsable(_ publicKey: Digest) -> Bool {
        AgreementKey(SecretBytes(copying: [UInt8](repeating: 1, count: secretBytes))).agree(with: publicKey) != nil
    }
}

extension AgreementKey: CustomStringConvertible {
    public var description: String { "agreement key \(publicKey.hex.prefix(12))" }
}
