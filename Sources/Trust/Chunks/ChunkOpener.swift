/// Decrypts chunks from any memory into any other, by Intel's library where the processor is one that it serves:
/// swift-crypto copies what it opens, and what it gives lies in memory of its own.
///
/// One thread at a time uses it.
public final class ChunkOpener {
    private let fast: MultiBufferOpener?

    /// - Parameter isPlain: by swift-crypto, whatever the processor.
    public init(isPlain: Bool = false) { fast = isPlain ? nil : MultiBufferOpener() }

    /// True when swift-crypto opens.
    public var isPlain: Bool { fast == nil }

    /// Decrypts bytes, which stay as they are, into as many others; false when they are not authentic, and nothing of
    /// what lies in `output` may be used then.
    public func open(
        _ sealed: UnsafeRawBufferPointer, secret: ChunkSecret, tag: ChunkTag, into output: UnsafeMutableRawBufferPointer
    ) -> Bool {
        precondition(output.count == sealed.count, "as many bytes come out as go in")
        // The library takes nothing of no bytes.
        guard let fast, !sealed.isEmpty else {
            return ChunkSeal.withOpened(sealed, secret: secret, tag: tag) { output.copyMemory(from: $0) } != nil
        }
        return ChunkSeal.withMaterial(of: secret) { key, nonce in
            withUnsafeTemporaryAllocation(byteCount: ChunkTag.byteCount, alignment: 8) { tagBytes in
                tag.write(to: tagBytes)
                return fast.open(
                    sealed, key: key, nonce: nonce, tag: UnsafeRawBufferPointer(tagBytes), into: output)
            }
        }
    }
}
