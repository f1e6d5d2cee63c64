import Basics

#if canImport(CMultiBuffer)
    import CMultiBuffer
#endif

/// SHA-256 of several messages at once, by Intel's multi-buffer library, which serves any x86 processor.
///
/// One thread at a time uses it.
final class MultiBufferLanes {
    #if canImport(CMultiBuffer)
        let count: Int
        private let manager: UnsafeMutablePointer<IMB_MGR>
        /// Two at once, by instructions for SHA-256.
        private static let lanesOfInstructions = 2

        /// Nil where the processor gains nothing by it.
        init?() {
            var lanes: Int32 = 0
            guard let manager = multi_buffer_manager(&lanes) else { return nil }
            self.manager = manager
            count = Int(lanes)
        }

        deinit { free_mb_mgr(manager) }

        /// Wide registers take as long for one message as for all; a fourth of them still beats one by one.
        func isWorthwhile(_ messages: Int) -> Bool {
            messages >= max(MultiBufferLanes.lanesOfInstructions, count / 4)
        }

        /// Hashes messages that lie `stride` bytes apart, one behind the other into `hashes`; false when that failed.
        func hash(
            _ first: UnsafeRawBufferPointer, stride: Int, lengths: [Int], into hashes: UnsafeMutableRawBufferPointer
        ) -> Bool {
            precondition(
                lengths.count * stride <= first.count && lengths.count * Digest.byteCount <= hashes.count
                    && lengths.allSatisfy { $0 <= stride }, "messages beyond their memory")
            guard let base = first.baseAddress, let target = hashes.baseAddress else { return false }
            let done = lengths.withUnsafeBufferPointer { sizes in
                sizes.withMemoryRebound(to: UInt.self) { sizes in
                    multi_buffer_sha256(
                        manager, base.assumingMemoryBound(to: UInt8.self), stride, sizes.baseAddress,
                        Int32(lengths.count), target.assumingMemoryBound(to: UInt8.self))
                }
            }
            return done == lengths.count
        }
    #else
        let count = 1
        init?() { return nil }
        func isWorthwhile(_ messages: Int) -> Bool { false }
        func hash(
            _ first: UnsafeRawBufferPointer, stride: Int, lengths: [Int], into hashes: UnsafeMutableRawBufferPointer
        ) -> Bool { false }
    #endif
}
