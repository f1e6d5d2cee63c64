import CSodium

/// Libsodium, started once for the whole process.
enum Sodium {
    /// Starts libsodium at the first use; later uses cost one load.
    static func start() {
        precondition(isStarted, "libsodium cannot start: the system gives no randomness")
    }

    private static let isStarted = sodium_init() >= 0

    /// Bytes from the system's random source, fit for secrets.
    static func randomBytes(_ count: Int) -> [UInt8] {
        start()
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            if let base = buffer.baseAddress { randombytes_buf(base, count) }
            filled = count
        }
    }

    /// BLAKE2b keyed with a secret of 16 to 64 bytes; fills the output (16 to 64 bytes). No message is empty here.
    static func keyedBLAKE2b(
        _ message: UnsafeRawBufferPointer, key: SecretBytes, into output: UnsafeMutableRawBufferPointer
    ) {
        start()
        key.withUnsafeBytes { key in
            _ = crypto_generichash(
                output.address, output.count, message.address, UInt64(message.count), key.address, key.count)
        }
    }
}
