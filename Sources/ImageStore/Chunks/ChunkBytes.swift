internal import Basics
internal import Glibc

/// The bytes of one stored chunk, in a block of memory that is used again for the next one.
///
/// Chunks come and go by the thousand a second: an array each would be mapped, filled with zeros, and unmapped. Whoever
/// has bytes may read them from any thread; they are written only while nobody else has them.
public final class ChunkBytes: @unchecked Sendable {
    public let count: Int
    private let block: UnsafeMutableRawPointer

    /// Memory for 1 to 262,144 bytes, not filled.
    init(count: Int) {
        precondition((1...FormatLimits.chunkBytes).contains(count), "a chunk has 1 to 262,144 bytes")
        self.count = count
        block = ChunkBlocks.take()
    }

    convenience init(copying bytes: UnsafeRawBufferPointer) {
        self.init(count: bytes.count)
        block.copyMemory(from: bytes.baseAddress!, byteCount: bytes.count)
    }

    deinit { ChunkBlocks.giveBack(block) }

    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withExtendedLifetime(self) { () throws(Failure) in
            try body(UnsafeRawBufferPointer(start: block, count: count))
        }
    }

    /// A copy, for those who keep it.
    public var array: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

    /// For whoever made these bytes, before anybody else has them; or for a part of them that nobody has been told of.
    func withUnsafeMutableBytes<Result>(_ body: (UnsafeMutableRawBufferPointer) -> Result) -> Result {
        withExtendedLifetime(self) { body(UnsafeMutableRawBufferPointer(start: block, count: count)) }
    }
}

extension ChunkBytes: Hashable {
    public static func == (one: ChunkBytes, other: ChunkBytes) -> Bool {
        one === other || one.count == other.count && memcmp(one.block, other.block, one.count) == 0
    }

    public func hash(into hasher: inout Hasher) {
        withUnsafeBytes { hasher.combine(bytes: $0) }
    }
}
