import Basics

#if canImport(CMultiBuffer)
    import CMultiBuffer
#endif

/// AES-256-GCM from any memory into any other, by Intel's multi-buffer library, which serves any x86 processor.
///
/// One thread at a time uses it.
final class MultiBufferOpener {
    #if canImport(CMultiBuffer)
        private let manager: UnsafeMutablePointer<IMB_MGR>

        /// Nil where the processor is none that the library serves.
        init?() {
            guard let manager = multi_buffer_opener() else { return nil }
            self.manager = manager
        }

        deinit { free_mb_mgr(manager) }

        /// Decrypts bytes, at least one, into as many others; false when they are not authentic. Key, nonce and tag have
        /// 32, 12 and 16 bytes.
        func open(
            _ sealed: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer, nonce: UnsafeRawBufferPointer,
            tag: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
        ) -> Bool {
            precondition(key.count == 32 && nonce.count == 12 && tag.count == 16, "not what AES-256-GCM takes")
            precondition(output.count == sealed.count && !sealed.isEmpty, "as many bytes come out as go in")
            return multi_buffer_open_gcm(
                manager, key.bytes, nonce.bytes, sealed.bytes, sealed.count, tag.bytes,
                output.baseAddress?.assumingMemoryBound(to: UInt8.self)) != 0
        }
    #else
        init?() { return nil }
        func open(
            _ sealed: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer, nonce: UnsafeRawBufferPointer,
            tag: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
        ) -> Bool { false }
    #endif
}

extension UnsafeRawBufferPointer {
    /// Its start, for C.
    fileprivate var bytes: UnsafePointer<UInt8>? { baseAddress?.assumingMemoryBound(to: UInt8.self) }
}
