/// How a chunk's plain bytes are packed before they are encrypted.
public enum ChunkCodec: UInt8, Sendable, Hashable, CaseIterable {
    /// As they are: zstd did not make them smaller.
    case raw = 0
    /// One zstd frame.
    case zstd = 1
}
