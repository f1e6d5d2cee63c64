import Basics

/// The key (32 bytes) and nonce (12 bytes) that open one chunk; manifests keep it in their sealed part.
///
/// It is a plain value and not zeroed: a manifest holds thousands of them, each good for one chunk only.
public struct ChunkSecret: Hashable, Sendable {
    public static let byteCount = 44
    static let keyBytes = 32

    private let key: Digest
    // The nonce in memory order.
    private let nonceHead: UInt64
    private let nonceTail: UInt32

    /// Reads the first 44 bytes of a buffer; the buffer must hold at least 44 bytes.
    public init(_ bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count >= ChunkSecret.byteCount, "a chunk's secret needs 44 bytes")
        key = Digest(bytes)
        nonceHead = bytes.loadUnaligned(fromByteOffset: 32, as: UInt64.self)
        nonceTail = bytes.loadUnaligned(fromByteOffset: 40, as: UInt32.self)
    }

    /// A secret of exactly 44 bytes, or nil.
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

    /// Writes the 44 bytes at the start of a buffer of at least 44 bytes.
    public func write(to buffer: UnsafeMutableRawBufferPointer) {
        precondition(buffer.count >= ChunkSecret.byteCount, "a chunk's secret needs 44 bytes")
        key.write(to: buffer)
        buffer.storeBytes(of: nonceHead, toByteOffset: 32, as: UInt64.self)
        buffer.storeBytes(of: nonceTail, toByteOffset: 40, as: UInt32.self)
    }
}

extension ChunkSecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "(chunk secret)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
