import CSodium

#if canImport(CMultiBuffer)
    import CMultiBuffer
#endif

/// Decrypts chunks from any memory into any other, by Intel's library where the processor is one that it serves:
/// swift-crypto copies what it opens, and what it gives lies in memory of its own.
///
/// One thread at a time uses it.
public final class ChunkOpener {
    #if canImport(CMultiBuffer)
        private let manager: UnsafeMutablePointer<IMB_MGR>?

        /// - Parameter isPlain: by swift-crypto, whatever the processor.
        public init(isPlain: Bool = false) { manager = isPlain ? nil : multi_buffer_opener() }

        deinit { if let manager { free_mb_mgr(manager) } }

        public var isPlain: Bool { manager == nil }
    #else
        public init(isPlain: Bool = true) {}

        public var isPlain: Bool { true }
    #endif

    /// Decrypts bytes, which stay as they are, into as many others; false when they are not authentic, and nothing of
    /// what lies in `output` may be used.
    public func open(
        _ sealed: UnsafeRawBufferPointer, secret: ChunkSecret, tag: ChunkTag, into output: UnsafeMutableRawBufferPointer
    ) -> Bool {
        precondition(output.count == sealed.count, "as many bytes come out as go in")
        #if canImport(CMultiBuffer)
            // The library takes nothing of no bytes.
            if let manager, let source = sealed.baseAddress, let target = output.baseAddress, !sealed.isEmpty {
                return ChunkSeal.withMaterial(of: secret) { key, nonce in
                    withUnsafeTemporaryAllocation(byteCount: ChunkTag.byteCount, alignment: 8) { tagBytes in
                        tag.write(to: tagBytes)
                        return multi_buffer_open_gcm(
                            manager, key.bytes, nonce.bytes, source.assumingMemoryBound(to: UInt8.self), sealed.count,
                            UnsafeRawBufferPointer(tagBytes).bytes, target.assumingMemoryBound(to: UInt8.self)) != 0
                    }
                }
            }
        #endif
        return ChunkSeal.withOpened(sealed, secret: secret, tag: tag) { output.copyMemory(from: $0) } != nil
    }
}

extension UnsafeRawBufferPointer {
    /// Its start, for C.
    fileprivate var bytes: UnsafePointer<UInt8>? { baseAddress?.assumingMemoryBound(to: UInt8.self) }
}
