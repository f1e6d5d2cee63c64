import CSodium

/// The key of one image: it seals the manifest's private part, and grants carry it to the hosts that may read.
public struct ImageKey: Sendable {
    public static let byteCount = 32
    private static let nonceBytes = 24
    private static let tagBytes = 16
    /// How much longer a sealed text is than the plain one: nonce and tag.
    public static let overheadBytes = nonceBytes + tagBytes

    private let secret: SecretBytes

    /// A new random key.
    public init() { secret = SecretBytes(randomCount: ImageKey.byteCount) }

    /// A key of exactly 32 bytes, or nil.
    public init?(bytes: [UInt8]) {
        guard bytes.count == ImageKey.byteCount else { return nil }
        secret = SecretBytes(copying: bytes)
    }

    /// A copy of the key itself.
    public var bytes: [UInt8] { secret.bytes }

    /// Nonce, encrypted bytes, tag: XChaCha20-Poly1305 with a fresh random nonce.
    public func seal(_ bytes: [UInt8], additional: [UInt8]) -> [UInt8] {
        let nonce = Sodium.randomBytes(ImageKey.nonceBytes)
        let count = bytes.count + ImageKey.overheadBytes
        return [UInt8](unsafeUninitializedCapacity: count) { output, filled in
            guard let base = output.baseAddress else { return }
            UnsafeMutableRawBufferPointer(output).copyBytes(from: nonce)
            secret.withPointer { key in
                _ = crypto_aead_xchacha20poly1305_ietf_encrypt(
                    base + ImageKey.nonceBytes, nil, bytes, UInt64(bytes.count),
                    additional, UInt64(additional.count), nil, nonce, key)
            }
            filled = count
        }
    }

    /// The plain bytes of what `seal` made with the same key and additional data, or nil.
    public func open(_ sealed: [UInt8], additional: [UInt8]) -> [UInt8]? {
        let count = sealed.count - ImageKey.overheadBytes
        guard count >= 0 else { return nil }
        // One spare byte, so that an empty text has an address too.
        var plain = [UInt8](repeating: 0, count: count + 1)
        let isAuthentic = sealed.withUnsafeBufferPointer { sealed in
            guard let base = sealed.baseAddress else { return false }
            return secret.withPointer { key in
                crypto_aead_xchacha20poly1305_ietf_decrypt(
                    &plain, nil, nil, base + ImageKey.nonceBytes, UInt64(sealed.count - ImageKey.nonceBytes),
                    additional, UInt64(additional.count), base, key) == 0
            }
        }
        guard isAuthentic else { return nil }
        plain.removeLast()
        return plain
    }
}

extension ImageKey: CustomStringConvertible {
    public var description: String { "(image key)" }
}
