internal import Basics
internal import Trust

/// Turns stored chunks back into plain ones: open, decompress. Not shared: each worker has its own.
package final class ChunkDecoder {
    private let decompressor = ZstdDecompressor()
    private let opened: UnsafeMutableRawBufferPointer
    private let plain: UnsafeMutableRawBufferPointer

    package init() {
        opened = .allocate(byteCount: FormatLimits.chunkBytes, alignment: 64)
        plain = .allocate(byteCount: FormatLimits.chunkBytes, alignment: 64)
    }

    deinit {
        opened.deallocate()
        plain.deallocate()
    }

    /// The plain bytes, valid until the next call; nil when the chunk does not open or is not of that plain length.
    package func decode(
        _ chunk: VerifiedChunk, secret: SealedChunk, plainLength: Int
    ) -> UnsafeRawBufferPointer? {
        guard (1...FormatLimits.chunkBytes).contains(plainLength), chunk.bytes.count <= plainLength else { return nil }
        let body = UnsafeMutableRawBufferPointer(rebasing: opened[..<chunk.bytes.count])
        guard
            chunk.bytes.withUnsafeBytes({ ChunkSeal.open($0, secret: secret.secret, tag: chunk.tag, into: body) })
        else { return nil }
        switch secret.codec {
        case .raw:
            return body.count == plainLength ? UnsafeRawBufferPointer(body) : nil
        case .zstd:
            let output = UnsafeMutableRawBufferPointer(rebasing: plain[..<plainLength])
            let input = UnsafeRawBufferPointer(body)
            return decompressor.decompress(input, into: output) ? UnsafeRawBufferPointer(output) : nil
        }
    }
}
