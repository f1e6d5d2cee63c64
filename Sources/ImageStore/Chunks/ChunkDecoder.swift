internal import Basics
internal import Trust

/// Turns stored chunks back into plain ones: open, decompress. Not shared: each worker has its own.
package final class ChunkDecoder {
    private let decompressor = ZstdDecompressor()
    private let scratch: UnsafeMutableRawBufferPointer
    private let plain: UnsafeMutableRawBufferPointer

    package init() {
        scratch = .allocate(byteCount: FormatLimits.chunkBytes + ChunkSeal.scratchBytes, alignment: 64)
        plain = .allocate(byteCount: FormatLimits.chunkBytes, alignment: 64)
    }

    deinit {
        scratch.deallocate()
        plain.deallocate()
    }

    /// The plain bytes, valid until the next call; nil when the chunk does not open or is not of that plain length.
    package func decode(
        _ chunk: VerifiedChunk, secret: SealedChunk, plainLength: Int
    ) -> UnsafeRawBufferPointer? {
        guard (1...FormatLimits.chunkBytes).contains(plainLength), chunk.bytes.count <= plainLength else { return nil }
        let output = UnsafeMutableRawBufferPointer(rebasing: plain[..<plainLength])
        let fits = chunk.bytes.withUnsafeBytes { sealed in
            ChunkSeal.withOpened(sealed, secret: secret.secret, tag: chunk.tag, scratch: scratch) { body in
                switch secret.codec {
                case .raw:
                    guard body.count == plainLength else { return false }
                    output.copyMemory(from: body)
                    return true
                case .zstd:
                    return decompressor.decompress(body, into: output)
                }
            }
        }
        return fits == true ? UnsafeRawBufferPointer(output) : nil
    }
}
