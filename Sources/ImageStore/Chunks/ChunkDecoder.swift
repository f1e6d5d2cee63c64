internal import Basics
internal import Trust

/// Turns stored chunks back into plain ones: open, decompress. Not shared: each worker has its own.
package final class ChunkDecoder {
    private let decompressor = ZstdDecompressor()
    private let plain: UnsafeMutableRawBufferPointer

    package init() {
        plain = .allocate(byteCount: FormatLimits.chunkBytes, alignment: 64)
    }

    deinit { plain.deallocate() }

    /// The plain bytes, valid until the next call; nil when the chunk does not open or is not of that plain length.
    package func decode(
        _ chunk: VerifiedChunk, secret: SealedChunk, plainLength: Int
    ) -> UnsafeRawBufferPointer? {
        withDecoded(chunk, secret: secret, plainLength: plainLength) { bytes in
            let output = UnsafeMutableRawBufferPointer(rebasing: plain[..<bytes.count])
            if bytes.baseAddress != UnsafeRawPointer(output.baseAddress) { output.copyMemory(from: bytes) }
            return UnsafeRawBufferPointer(output)
        }
    }

    /// The same for one who needs them during the call only: what is not compressed is not copied.
    func withDecoded<Result>(
        _ chunk: VerifiedChunk, secret: SealedChunk, plainLength: Int, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result? {
        guard (1...FormatLimits.chunkBytes).contains(plainLength), chunk.bytes.count <= plainLength else { return nil }
        let result = chunk.bytes.withUnsafeBytes { sealed in
            ChunkSeal.withOpened(sealed, secret: secret.secret, tag: chunk.tag) { opened -> Result? in
                switch secret.codec {
                case .raw:
                    return opened.count == plainLength ? body(opened) : nil
                case .zstd:
                    let output = UnsafeMutableRawBufferPointer(rebasing: plain[..<plainLength])
                    return decompressor.decompress(opened, into: output) ? body(UnsafeRawBufferPointer(output)) : nil
                }
            }
        }
        return result ?? nil
    }
}
