internal import Basics
internal import Trust

/// Turns stored chunks back into plain ones: open, decompress. Not shared: each worker has its own.
package final class ChunkDecoder {
    private let decompressor = ZstdDecompressor()
    private let opener = ChunkOpener()
    private let plain: UnsafeMutableRawBufferPointer
    /// Opened and not decompressed.
    private let opened: UnsafeMutableRawBufferPointer

    package init() {
        plain = .allocate(byteCount: FormatLimits.chunkBytes, alignment: 64)
        opened = .allocate(byteCount: FormatLimits.chunkBytes, alignment: 64)
    }

    deinit {
        plain.deallocate()
        opened.deallocate()
    }

    /// The plain bytes, valid until the next call; nil when the chunk does not open or is not of that plain length.
    package func decode(
        _ chunk: VerifiedChunk, secret: SealedChunk, plainLength: Int
    ) -> UnsafeRawBufferPointer? {
        guard (1...FormatLimits.chunkBytes).contains(plainLength), chunk.bytes.count <= plainLength else { return nil }
        let output = UnsafeMutableRawBufferPointer(rebasing: plain[..<plainLength])
        switch secret.codec {
        case .raw:
            guard chunk.bytes.count == plainLength, open(chunk, secret, into: output) else { return nil }
        case .zstd:
            let packed = UnsafeMutableRawBufferPointer(rebasing: opened[..<chunk.bytes.count])
            guard open(chunk, secret, into: packed),
                decompressor.decompress(UnsafeRawBufferPointer(packed), into: output)
            else { return nil }
        }
        return UnsafeRawBufferPointer(output)
    }

    private func open(
        _ chunk: VerifiedChunk, _ secret: SealedChunk, into output: UnsafeMutableRawBufferPointer
    ) -> Bool {
        chunk.bytes.withUnsafeBytes { opener.open($0, secret: secret.secret, tag: chunk.tag, into: output) }
    }
}
