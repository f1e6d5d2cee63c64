import Basics

/// The key (32 bytes) and nonce (24 bytes) that open one chunk; manifests keep it in their sealed part.
///
/// It is a plain value and not zeroed: a manifest holds thousands of them, each good for one chunk only.
public struct ChunkSecret: Hashable, Sendable {
    public static let byteCount = 56
    static let keyBytes = 32

    private let key: Digest
    // The nonce in memory order.
    private let nonce0: UInt64
    private let nonce1: UInt64
    private let nonce2: UInt64

    /// Reads the first 56 bytes of a buffer; the buffer must hold at least 56 bytes.
    public init(_ bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count >= ChunkSecret.byteCount, "a chunk's secret needs 56 bytes")
        key = Digest(bytes)
        nonce0 = bytes.loadUnaligned(fromByteOffset: 32, as: UInt64.self)
        nonce1 = bytes.loadUnaligned(fromByteOffset: 40, as: UInt64.self)
        nonce2 = bytes.loadUnaligned(fromByteOffset: 48, as: UInt64.self)
    }

    /// A secret of exactly 56 bytes, or nil.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == ChunkSecret.byteCount else { return nil }
        self = Array(bytes).withUnsafeBytes { ChunkSecret($0) }
    }

    public var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: ChunkSecret.byteCount) { buffer, count in
            write(to: UnsafeMutableRawBufferPointer(buffer))
            count = ChunkSecret.byteCount
        }
    }

    /// Writes the 56 bytes at the start of a buffer of at least 56 bytes.
    public func write(to buffer: UnsafeMutableRawBufferPointer) {
        precondition(buffer.count >= ChunkSecret.byteCount, "a chunk's secret needs 56 bytes")
        key.write(to: buffer)
        buffer.storeBytes(of: nonce0, toByteOffset: 32, as: UInt64.self)
        buffer.storeBytes(of: nonce1, toByteOffset: 40, as: UInt64.self)
        buffer.storeBytes(of: nonce2, toByteOffset: 48, as: UInt64.self)
    }
}

extension ChunkSecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "(chunk secret)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
