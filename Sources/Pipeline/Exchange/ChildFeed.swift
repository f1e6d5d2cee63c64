import Basics

/// One child's subscription at its parent: what it lacks, how much it may get, and what is half sent.
struct ChildFeed: Sendable {
    /// A chunk on its way out.
    enum Current: Hashable, Sendable {
        case whole(index: Int, next: Int, slices: Int)
        /// Still arriving at us; slices go out as they come.
        case arriving(index: Int, next: Int)
    }

    /// A chunk that was asked of the store or has come from it.
    struct Loading: Hashable, Sendable {
        let index: Int
        var isReady: Bool
    }

    var queue: FeedQueue
    /// Bytes of slices that the child still allows.
    var credit: Int
    var current: Current?
    /// In sending order; at most ``PipelineLimits/readAheadChunks``.
    var loading: [Loading] = []
    /// True when something went out since the last tick.
    var sentSinceTick = false
    /// Ticks in a row in which nothing that the child lacks was at hand.
    var idleTicks = 0

    init(lacking: Bitmap, credit: Int) {
        queue = FeedQueue(lacking: lacking)
        self.credit = credit
    }

    /// True when the child waits for something that is not here.
    var isStarved: Bool { credit > 0 && current == nil && loading.isEmpty && queue.count > 0 }

    /// The chunk that was arriving is whole: the rest goes out from memory.
    mutating func becameWhole(_ index: Int, slices: Int) {
        guard case .arriving(index, let next) = current else { return }
        current = next < slices ? .whole(index: index, next: next, slices: slices) : nil
    }

    /// What is left of the arriving chunk will not come.
    mutating func lost(arriving index: Int) {
        guard case .arriving(index, _) = current else { return }
        current = nil
        queue.restore(index)
    }
}
