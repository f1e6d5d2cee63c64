import Basics
import CSodium
import Crypto

/// XChaCha20-Poly1305 by swift-crypto: fast for whole chunks, too much ado for the head of a frame.
enum SealedOnce {
    private static let nonceBytes = 12
    /// Bytes of a long nonce that go into the key.
    private static let derivingBytes = 16

    /// Decrypts bytes sealed under a key of 32 bytes and a nonce of 24.
    ///
    /// XChaCha20 is ChaCha20 under a key that HChaCha20 makes of the first 16 bytes of the nonce; the other 8 are its own
    /// nonce, behind four zeros.
    static func open(
        _ sealed: UnsafeRawBufferPointer, key: UnsafePointer<UInt8>, nonce: UnsafePointer<UInt8>, tag: ChunkTag,
        into output: UnsafeMutableRawBufferPointer
    ) -> Bool {
        // swift-crypto wants nonce, bytes and tag in one piece.
        let count = nonceBytes + sealed.count + ChunkTag.byteCount
        let memory = UnsafeMutableRawBufferPointer.allocate(
            byteCount: ChaChaPoly.keyBytes + count, alignment: 64)
        defer { memory.deallocate() }
        let derived = UnsafeMutableRawBufferPointer(rebasing: memory[..<ChaChaPoly.keyBytes])
        defer { sodium_memzero(derived.address, derived.count) }
        _ = crypto_core_hchacha20(derived.address, nonce, key, nil)
        let whole = UnsafeMutableRawBufferPointer(rebasing: memory[ChaChaPoly.keyBytes...])
        whole.storeBytes(of: 0, as: UInt32.self)
        (whole.baseAddress! + 4).copyMemory(from: nonce + derivingBytes, byteCount: nonceBytes - 4)
        UnsafeMutableRawBufferPointer(rebasing: whole[nonceBytes...]).copyMemory(from: sealed)
        tag.write(to: UnsafeMutableRawBufferPointer(rebasing: whole[(nonceBytes + sealed.count)...]))
        guard let box = try? Crypto.ChaChaPoly.SealedBox(combined: UnsafeRawBufferPointer(whole)),
            let plain = try? Crypto.ChaChaPoly.open(box, using: SymmetricKey(data: UnsafeRawBufferPointer(derived)))
        else { return false }
        return copy(plain, to: output)
    }

    /// Copies what swift-crypto gave. Generic, for only so does it come to the type's own way to its memory, which this
    /// module, without Foundation, cannot name.
    private static func copy(_ bytes: some Collection<UInt8>, to output: UnsafeMutableRawBufferPointer) -> Bool {
        bytes.withContiguousStorageIfAvailable { output.copyMemory(from: UnsafeRawBufferPointer($0)) } != nil
    }
}
