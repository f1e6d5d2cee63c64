internal import CZstd

/// One zstd compression context and its output buffer; each worker has its own.
final class ZstdCompressor {
    private let context: OpaquePointer
    private let level: Int32

    init(level: Int32) {
        guard let context = ZSTD_createCCtx() else { fatalError("no memory for a zstd context") }
        self.context = context
        self.level = level
    }

    deinit { ZSTD_freeCCtx(context) }

    /// Compresses into a buffer; nil when the result would not be shorter than the input.
    ///
    /// One frame with its content size, without checksum and dictionary: the hashes around it check every byte.
    func compress(_ plain: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int? {
        let capacity = min(output.count, plain.count - 1)
        guard capacity > 0 else { return nil }
        let size = ZSTD_compressCCtx(
            context, output.baseAddress, capacity, plain.baseAddress, plain.count, level)
        return ZSTD_isError(size) == 0 ? size : nil
    }
}
