public import Basics

/// Hashes slices side by side on one core: a hash is a chain of steps that wait for each other, and a processor has time
/// for another chain meanwhile.
///
/// One thread at a time uses it. Slices are copied to it, since the byte before a slice that its hash begins with must lie
/// there; what it shows afterwards are those copies.
public final class SliceHasher {
    /// So many slices at once, and no more; fewer take as long where the processor has no instructions of its own.
    public let width: Int
    private let lanes: MultiBufferLanes?
    private let memory: UnsafeMutableRawBufferPointer
    private var lengths: [Int] = []
    private let hashes: UnsafeMutableRawBufferPointer
    /// True while slices are shown: none may be added then.
    private var isShowing = false

    /// Prefix and slice, and room that keeps lanes apart in the processor's cache.
    private static let stride = FormatLimits.sliceBytes + 192

    public init() {
        lanes = MultiBufferLanes()
        width = lanes?.count ?? 1
        memory = .allocate(byteCount: width * SliceHasher.stride, alignment: 64)
        hashes = .allocate(byteCount: width * Digest.byteCount, alignment: 64)
        for lane in 0..<width { memory[lane * SliceHasher.stride] = ContentHash.slicePrefix }
        lengths.reserveCapacity(width)
    }

    deinit {
        memory.deallocate()
        hashes.deallocate()
    }

    /// Slices that were added and not hashed.
    public var count: Int { lengths.count }
    public var isFull: Bool { count == width }

    /// Takes a slice of at most 16 KiB; not when it is full.
    public func add(_ slice: UnsafeRawBufferPointer) {
        precondition(slice.count <= FormatLimits.sliceBytes && !isFull && !isShowing, "no room for a slice")
        let start = count * SliceHasher.stride + 1
        UnsafeMutableRawBufferPointer(rebasing: memory[start..<start + slice.count]).copyMemory(from: slice)
        lengths.append(slice.count + 1)
    }

    /// Hashes the slices that were added and shows each, by its number in the order of adding; it is empty then.
    public func finish(_ body: (Int, HashedSlice) -> Void) {
        hash()
        isShowing = true
        defer {
            isShowing = false
            lengths.removeAll(keepingCapacity: true)
        }
        for (lane, length) in lengths.enumerated() {
            let bytes = UnsafeRawBufferPointer(rebasing: message(lane, length).dropFirst())
            body(lane, HashedSlice(bytes: bytes, hash: digest(lane)))
        }
    }

    private func hash() {
        if let lanes, lanes.isWorthwhile(count),
            lanes.hash(UnsafeRawBufferPointer(memory), stride: SliceHasher.stride, lengths: lengths, into: hashes)
        {
            return
        }
        for (lane, length) in lengths.enumerated() {
            let target = UnsafeMutableRawBufferPointer(rebasing: hashes[(lane * Digest.byteCount)...])
            ContentHash.plain(message(lane, length)).write(to: target)
        }
    }

    private func message(_ lane: Int, _ length: Int) -> UnsafeRawBufferPointer {
        let start = lane * SliceHasher.stride
        return UnsafeRawBufferPointer(rebasing: memory[start..<start + length])
    }

    private func digest(_ lane: Int) -> Digest {
        Digest(UnsafeRawBufferPointer(rebasing: hashes[(lane * Digest.byteCount)...]))
    }
}

/// A slice and its hash; only ``SliceHasher`` makes one. Valid as long as the call that shows it.
public struct HashedSlice {
    public let bytes: UnsafeRawBufferPointer
    public let hash: Digest

    fileprivate init(bytes: UnsafeRawBufferPointer, hash: Digest) {
        self.bytes = bytes
        self.hash = hash
    }
}
