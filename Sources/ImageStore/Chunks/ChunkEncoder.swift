package import Basics
package import Trust

/// Turns plain chunks into stored ones: compress, seal, hash. Not shared: each worker has its own.
package final class ChunkEncoder {
    private let key: NamespaceKey
    private let compressor: ZstdCompressor?
    private let scratch: UnsafeMutableRawBufferPointer

    package init(key: NamespaceKey, compression: ChunkCompression = .pinned) {
        self.key = key
        switch compression {
        case .none: compressor = nil
        case .zstd(let level): compressor = ZstdCompressor(level: level)
        }
        scratch = .allocate(byteCount: FormatLimits.chunkBytes, alignment: 64)
    }

    deinit { scratch.deallocate() }

    /// Encodes 1 to 262,144 plain bytes whose digest the caller has.
    package func encode(_ plain: UnsafeRawBufferPointer, plainDigest: Digest) -> EncodedChunk {
        precondition((1...FormatLimits.chunkBytes).contains(plain.count), "a chunk has 1 to 262,144 bytes")
        let compressed = compressor?.compress(plain, into: scratch)
        let codec: ChunkCodec = compressed == nil ? .raw : .zstd
        if compressed == nil { scratch.copyMemory(from: plain) }
        let body = UnsafeMutableRawBufferPointer(rebasing: scratch[..<(compressed ?? plain.count)])
        let (secret, tag) = ChunkSeal.seal(body, codec: codec, key: key)
        let slices = SliceHashing.hashes(of: UnsafeRawBufferPointer(body))
        let identity = ChunkIdentity(hashed: slices, length: body.count, tag: tag)
        return EncodedChunk(
            stored: VerifiedChunk(trusting: ChunkBytes(copying: UnsafeRawBufferPointer(body)), as: identity),
            secret: SealedChunk(codec: codec, secret: secret, plainDigest: plainDigest), plainLength: plain.count)
    }
}
