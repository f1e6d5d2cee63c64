import Basics
import CSodium

/// The symmetric state of a Noise handshake: chaining key, hash, and the cipher once there is a key (section 5.2).
struct NoiseSymmetric: Sendable {
    private(set) var hash: Digest
    private var chainingKey: SecretBytes
    private var key: SecretBytes?
    private var counter: UInt64 = 0

    /// The protocol's name has at most 32 bytes; a shorter one is padded with zeros.
    init(protocolName: String) {
        var name = Array(protocolName.utf8)
        precondition(name.count <= Digest.byteCount, "a longer protocol name would have to be hashed")
        name += [UInt8](repeating: 0, count: Digest.byteCount - name.count)
        hash = name.withUnsafeBytes { Digest($0) }
        chainingKey = SecretBytes(copying: name)
    }

    mutating func mix(hash bytes: [UInt8]) {
        hash = ContentHash.of(hash.bytes + bytes)
    }

    mutating func mix(key input: SecretBytes) {
        let (first, second) = NoiseSymmetric.derive(chainingKey, input)
        chainingKey = first
        key = second
        counter = 0
    }

    /// The bytes as they travel: encrypted once there is a key.
    mutating func encryptAndHash(_ plain: [UInt8]) -> [UInt8] {
        var text = plain
        if let key {
            text += [UInt8](repeating: 0, count: ChaChaPoly.tagBytes)
            let additional = hash.bytes
            text.withUnsafeMutableBytes { text in
                additional.withUnsafeBytes { ChaChaPoly.seal(text, additional: $0, counter: counter, key: key) }
            }
            counter += 1
        }
        mix(hash: text)
        return text
    }

    /// The plain bytes, or nil when they are not authentic.
    mutating func decryptAndHash(_ text: [UInt8]) -> [UInt8]? {
        var plain = text
        if let key {
            let additional = hash.bytes
            let isAuthentic = plain.withUnsafeMutableBytes { text in
                additional.withUnsafeBytes { ChaChaPoly.open(text, additional: $0, counter: counter, key: key) }
            }
            guard isAuthentic else { return nil }
            plain.removeLast(ChaChaPoly.tagBytes)
            counter += 1
        }
        mix(hash: text)
        return plain
    }

    /// The ciphers of both directions: the initiator's sending one first.
    func split() -> (NoiseCipher, NoiseCipher) {
        let (first, second) = NoiseSymmetric.derive(chainingKey, nil)
        return (NoiseCipher(key: first), NoiseCipher(key: second))
    }

    /// The overhead of `encryptAndHash` at this point.
    var tagBytes: Int { key == nil ? 0 : ChaChaPoly.tagBytes }

    /// HKDF with two outputs (section 4.3), from HMAC-SHA-256.
    private static func derive(_ chainingKey: SecretBytes, _ input: SecretBytes?) -> (SecretBytes, SecretBytes) {
        let extracted = authenticate(key: chainingKey, input, suffix: nil)
        let first = authenticate(key: extracted, nil, suffix: 1)
        let second = authenticate(key: extracted, first, suffix: 2)
        return (first, second)
    }

    private static func authenticate(key: SecretBytes, _ message: SecretBytes?, suffix: UInt8?) -> SecretBytes {
        SecretBytes(count: Digest.byteCount) { output in
            var state = crypto_auth_hmacsha256_state()
            key.withUnsafeBytes { _ = crypto_auth_hmacsha256_init(&state, $0.address, $0.count) }
            message?.withUnsafeBytes { _ = crypto_auth_hmacsha256_update(&state, $0.address, UInt64($0.count)) }
            if var suffix { crypto_auth_hmacsha256_update(&state, &suffix, 1) }
            crypto_auth_hmacsha256_final(&state, output.address)
            sodium_memzero(&state, MemoryLayout.size(ofValue: state))
        }
    }
}
