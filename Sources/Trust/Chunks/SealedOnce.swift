import Basics
import CSodium
import Crypto

/// XChaCha20-Poly1305 by swift-crypto: fast for whole chunks, too much ado for the head of a frame.
enum SealedOnce {
    /// Room that is laid around the sealed bytes: for the nonce before them, and for the tag behind.
    static let roomBefore = 12
    static let roomBehind = ChunkTag.byteCount
    /// Bytes of a long nonce that go into the key.
    private static let derivingBytes = 16

    /// Decrypts bytes sealed under a key of 32 bytes and a nonce of 24; nil when they are not authentic.
    ///
    /// XChaCha20 is ChaCha20 under a key that HChaCha20 makes of the first 16 bytes of the nonce; the other 8 are its own
    /// nonce, behind four zeros.
    ///
    /// - Parameter framed: the sealed bytes with room around, which is written: swift-crypto wants nonce, bytes and tag in
    ///   one piece.
    static func open<Result>(
        framed: UnsafeMutableRawBufferPointer, key: UnsafePointer<UInt8>, nonce: UnsafePointer<UInt8>, tag: ChunkTag,
        _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result? {
        framed.storeBytes(of: 0, as: UInt32.self)
        UnsafeMutableRawBufferPointer(rebasing: framed[4..<roomBefore]).copyMemory(
            from: UnsafeRawBufferPointer(start: nonce + derivingBytes, count: roomBefore - 4))
        tag.write(to: UnsafeMutableRawBufferPointer(rebasing: framed[(framed.count - roomBehind)...]))
        return withUnsafeTemporaryAllocation(byteCount: ChaChaPoly.keyBytes, alignment: 8) { derived in
            _ = crypto_core_hchacha20(derived.address, nonce, key, nil)
            defer { sodium_memzero(derived.address, derived.count) }
            guard let box = try? Crypto.ChaChaPoly.SealedBox(combined: UnsafeRawBufferPointer(framed)),
                let plain = try? Crypto.ChaChaPoly.open(box, using: SymmetricKey(data: UnsafeRawBufferPointer(derived)))
            else { return nil }
            return withBytes(of: plain, body)
        }
    }

    /// The memory of what swift-crypto gave. Generic, for only so is the type's own way to its memory found, which this
    /// module, without Foundation, cannot name; it would get the one of any sequence, which has no memory.
    private static func withBytes<Result>(
        of bytes: some Collection<UInt8>, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result? {
        bytes.withContiguousStorageIfAvailable { body(UnsafeRawBufferPointer($0)) }
    }
}
