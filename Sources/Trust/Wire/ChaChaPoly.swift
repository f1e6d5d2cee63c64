import CSodium

/// ChaCha20-Poly1305 (IETF) in place, with a counter as the nonce: four zero bytes, then the counter, little-endian.
enum ChaChaPoly {
    static let keyBytes = 32
    static let tagBytes = 16

    /// Encrypts all but the last 16 bytes of a buffer, which become the tag. The buffer holds at least 16 bytes.
    static func seal(
        _ buffer: UnsafeMutableRawBufferPointer, additional: UnsafeRawBufferPointer, counter: UInt64, key: SecretBytes
    ) {
        precondition(buffer.count >= tagBytes, "a sealed buffer has room for its tag")
        let body = buffer.address
        let count = buffer.count - tagBytes
        withNonce(counter) { nonce in
            key.withPointer { key in
                _ = crypto_aead_chacha20poly1305_ietf_encrypt_detached(
                    body, body + count, nil, body, UInt64(count),
                    additional.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt64(additional.count),
                    nil, nonce, key)
            }
        }
    }

    /// Decrypts a buffer whose last 16 bytes are the tag; false when it is not authentic or too short.
    static func open(
        _ buffer: UnsafeMutableRawBufferPointer, additional: UnsafeRawBufferPointer, counter: UInt64, key: SecretBytes
    ) -> Bool {
        key.withPointer { open(buffer, additional: additional, counter: counter, key: $0) }
    }

    /// The same with a key of 32 bytes that lies elsewhere.
    static func open(
        _ buffer: UnsafeMutableRawBufferPointer, additional: UnsafeRawBufferPointer, counter: UInt64,
        key: UnsafePointer<UInt8>
    ) -> Bool {
        guard buffer.count >= tagBytes else { return false }
        let body = buffer.address
        let count = buffer.count - tagBytes
        return withNonce(counter) { nonce in
            crypto_aead_chacha20poly1305_ietf_decrypt_detached(
                body, nil, body, UInt64(count), body + count,
                additional.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt64(additional.count),
                nonce, key) == 0
        }
    }

    private static func withNonce<Result>(_ counter: UInt64, _ body: (UnsafePointer<UInt8>) -> Result) -> Result {
        let nonce = (
            UInt32(0), UInt32(truncatingIfNeeded: counter).littleEndian,
            UInt32(truncatingIfNeeded: counter >> 32).littleEndian
        )
        return withUnsafeBytes(of: nonce) { body($0.address) }
    }
}
