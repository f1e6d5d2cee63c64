/// One direction of a session: ChaCha20-Poly1305 with a 64-bit counter as the nonce (Noise, section 5.1).
///
/// It has one owner: a copy would use its nonces a second time. Sealing and opening allocate nothing.
public struct NoiseCipher: Sendable {
    /// How much longer a sealed buffer is than its content.
    public static let tagBytes = ChaChaPoly.tagBytes

    private var key: SecretBytes
    /// The nonce of the next buffer; the highest value is reserved for rekeying.
    public private(set) var counter: UInt64 = 0

    init(key: SecretBytes) { self.key = key }

    /// A cipher that starts at some counter; the key has exactly 32 bytes.
    package init(key: [UInt8], counter: UInt64) {
        precondition(key.count == ChaChaPoly.keyBytes, "a session key has 32 bytes")
        self.key = SecretBytes(copying: key)
        self.counter = counter
    }

    /// Encrypts a buffer in place: its last 16 bytes, which the caller left free, become the tag.
    ///
    /// False, with the buffer untouched, when the counter is used up or the buffer has no room for a tag: the caller
    /// then ends the session and sends nothing.
    public mutating func seal(
        _ buffer: UnsafeMutableRawBufferPointer,
        additional: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)
    ) -> Bool {
        guard counter < .max, buffer.count >= ChaChaPoly.tagBytes else { return false }
        ChaChaPoly.seal(buffer, additional: additional, counter: counter, key: key)
        counter += 1
        return true
    }

    /// Decrypts a buffer in place; its content is all but the last 16 bytes.
    ///
    /// False when it is not authentic, out of order, too short, or the counter is used up: the session ends then.
    public mutating func open(
        _ buffer: UnsafeMutableRawBufferPointer,
        additional: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)
    ) -> Bool {
        guard counter < .max,
            ChaChaPoly.open(buffer, additional: additional, counter: counter, key: key)
        else { return false }
        counter += 1
        return true
    }

    /// Replaces the key by one that the old key cannot be found from; the counter goes on (Noise, section 4.2).
    public mutating func rekey() {
        let old = key
        let derived = SecretBytes(count: ChaChaPoly.keyBytes + ChaChaPoly.tagBytes) { buffer in
            ChaChaPoly.seal(
                buffer, additional: UnsafeRawBufferPointer(start: nil, count: 0), counter: .max, key: old)
        }
        key = derived.withUnsafeBytes { SecretBytes(copying: $0.prefix(ChaChaPoly.keyBytes)) }
    }
}
