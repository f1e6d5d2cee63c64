import CSodium

/// Secret bytes whose memory is zeroed when their last owner lets go; their text never shows them.
final class SecretBytes: Sendable {
    /// Written only by the initialiser, so that reading from many threads is safe.
    private nonisolated(unsafe) let storage: UnsafeMutableRawBufferPointer

    /// Memory of a fixed size that the closure fills.
    init(count: Int, fill: (UnsafeMutableRawBufferPointer) -> Void) {
        Sodium.start()
        storage = .allocate(byteCount: count, alignment: 8)
        storage.initializeMemory(as: UInt8.self, repeating: 0)
        fill(storage)
    }

    convenience init(copying bytes: some Collection<UInt8>) {
        self.init(count: bytes.count) { $0.copyBytes(from: bytes) }
    }

    convenience init(randomCount count: Int) {
        self.init(count: count) { randombytes_buf($0.address, count) }
    }

    deinit {
        sodium_memzero(storage.address, storage.count)
        storage.deallocate()
    }

    var count: Int { storage.count }

    /// A copy; the caller takes care of it.
    var bytes: [UInt8] { Array(storage) }

    /// Compares in a time that depends on the sizes only.
    func isEqual(to other: SecretBytes) -> Bool {
        withUnsafeBytes { own in
            other.withUnsafeBytes { other in
                own.count == other.count && sodium_memcmp(own.address, other.address, own.count) == 0
            }
        }
    }

    func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withExtendedLifetime(self) { body(UnsafeRawBufferPointer(storage)) }
    }

    /// The first byte's address, as libsodium wants it.
    func withPointer<Result>(_ body: (UnsafePointer<UInt8>) -> Result) -> Result {
        withUnsafeBytes { body($0.address) }
    }
}

extension SecretBytes: CustomStringConvertible, CustomDebugStringConvertible {
    var description: String { "(secret)" }
    var debugDescription: String { description }
}
