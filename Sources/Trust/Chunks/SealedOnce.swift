import Basics
import CSodium
import Crypto

/// XChaCha20-Poly1305 by swift-crypto: fast for whole chunks, too much ado for the head of a frame.
enum SealedOnce {
    private static let nonceBytes = 12
    /// Bytes of a long nonce that go into the key.
    private static let derivingBytes = 16
    /// What is laid around the sealed bytes.
    static let overhead = ChaChaPoly.keyBytes + nonceBytes + ChunkTag.byteCount

    /// Decrypts bytes sealed under a key of 32 bytes and a nonce of 24; nil when they are not authentic.
    ///
    /// XChaCha20 is ChaCha20 under a key that HChaCha20 makes of the first 16 bytes of the nonce; the other 8 are its own
    /// nonce, behind four zeros.
    ///
    /// - Parameter scratch: at least the sealed bytes and ``overhead``.
    static func open<Result>(
        _ sealed: UnsafeRawBufferPointer, key: UnsafePointer<UInt8>, nonce: UnsafePointer<UInt8>, tag: ChunkTag,
        scratch: UnsafeMutableRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result? {
        // swift-crypto wants nonce, bytes and tag in one piece.
        let derived = UnsafeMutableRawBufferPointer(rebasing: scratch[..<ChaChaPoly.keyBytes])
        let end = overhead + sealed.count
        let whole = UnsafeMutableRawBufferPointer(rebasing: scratch[ChaChaPoly.keyBytes..<end])
        defer { sodium_memzero(derived.address, derived.count) }
        _ = crypto_core_hchacha20(derived.address, nonce, key, nil)
        whole.storeBytes(of: 0, as: UInt32.self)
        UnsafeMutableRawBufferPointer(rebasing: whole[4..<nonceBytes]).copyMemory(
            from: UnsafeRawBufferPointer(start: nonce + derivingBytes, count: nonceBytes - 4))
        UnsafeMutableRawBufferPointer(rebasing: whole[nonceBytes...]).copyMemory(from: sealed)
        tag.write(to: UnsafeMutableRawBufferPointer(rebasing: whole[(nonceBytes + sealed.count)...]))
        guard let box = try? Crypto.ChaChaPoly.SealedBox(combined: UnsafeRawBufferPointer(whole)),
            let plain = try? Crypto.ChaChaPoly.open(box, using: SymmetricKey(data: UnsafeRawBufferPointer(derived)))
        else { return nil }
        return withBytes(of: plain, body)
    }

    /// The memory of what swift-crypto gave. Generic, for only so is the type's own way to its memory found, which this
    /// module, without Foundation, cannot name; it would get the one of any sequence, which has no memory.
    private static func withBytes<Result>(
        of bytes: some Collection<UInt8>, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result? {
        bytes.withContiguousStorageIfAvailable { body(UnsafeRawBufferPointer($0)) }
    }
}
