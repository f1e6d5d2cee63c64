internal import CZstd

/// One zstd decompression context that trusts nothing about its input.
final class ZstdDecompressor {
    private let context: OpaquePointer

    init() {
        guard let context = ZSTD_createDCtx() else { fatalError("no memory for a zstd context") }
        self.context = context
    }

    deinit { ZSTD_freeDCtx(context) }

    /// Decompresses one frame that fills the output exactly and the input exactly; false for anything else.
    ///
    /// The frame must state its content size, need no dictionary and ask for a window of at most 8 MiB. A bomb fails
    /// before or at the end of the output, which is all the memory that is ever written.
    func decompress(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Bool {
        guard ZstdDecompressor.hasPlainHeader(input),
            ZSTD_getFrameContentSize(input.baseAddress, input.count) == UInt64(output.count),
            ZSTD_findFrameCompressedSize(input.baseAddress, input.count) == input.count
        else { return false }
        let size = ZSTD_decompressDCtx(context, output.baseAddress, output.count, input.baseAddress, input.count)
        return ZSTD_isError(size) == 0 && size == output.count
    }

    /// Reads magic, descriptor and window of the frame header (RFC 8878, 3.1.1.1).
    private static func hasPlainHeader(_ input: UnsafeRawBufferPointer) -> Bool {
        let frameMagic: UInt32 = 0xFD2F_B528
        let largestWindow = 1 << 23
        guard input.count >= 6,
            UInt32(littleEndian: input.loadUnaligned(fromByteOffset: 0, as: UInt32.self)) == frameMagic
        else { return false }
        let descriptor = input[4]
        let dictionaryFlag = descriptor & 0b11
        let reservedBit = descriptor >> 3 & 1
        guard dictionaryFlag == 0, reservedBit == 0 else { return false }
        let isSingleSegment = descriptor >> 5 & 1 == 1
        // A single segment has no window byte: its window is its content, whose size is checked exactly.
        if isSingleSegment { return true }
        let base = 1 << (10 + Int(input[5] >> 3))
        return base + base / 8 * Int(input[5] & 0b111) <= largestWindow
    }
}
