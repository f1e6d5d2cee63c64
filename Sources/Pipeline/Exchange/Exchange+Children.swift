public import Basics

/// The feeding of children: each gets the lowest chunk that is held, or the one that is arriving, slice by slice.
extension Exchange {
    /// One subscription of one child, until it ends; numbers are used again.
    public typealias ChildID = Int

    /// What to do for a child next.
    public enum Send: Hashable, Sendable {
        /// Send the header of a chunk; its slices follow.
        case announce(index: Int)
        /// Send a slice of the chunk that was announced last.
        case slice(index: Int, slice: Int, bytes: Int)
        /// Have the chunk at hand, from memory or from the store, and answer with ``loaded(_:for:isGood:)``.
        case load(index: Int)
    }

    /// What a child is told while nothing else is sent.
    public enum Tick: Hashable, Sendable {
        case nothing
        /// That this peer is alive.
        case progress
        /// That it gets nothing here any more: the child is removed.
        case refuse
    }

    /// A child asks for what it lacks; nil when there are too many.
    public mutating func addChild(lacking: Bitmap, credit: Int) -> ChildID? {
        guard childCount < PipelineLimits.children, lacking.count == held.count else { return nil }
        let feed = ChildFeed(lacking: lacking, credit: credit)
        if let free = children.firstIndex(where: { $0 == nil }) {
            children[free] = feed
            return free
        }
        children.append(feed)
        return children.count - 1
    }

    public mutating func removeChild(_ child: ChildID) { children[child] = nil }

    public var childCount: Int { children.reduce(0) { $1 == nil ? $0 : $0 + 1 } }

    /// The child allows more bytes.
    public mutating func addCredit(_ bytes: Int, for child: ChildID) {
        guard let credit = children[child]?.credit else { return }
        children[child]?.credit = min(credit + bytes, 2 * PipelineLimits.creditBytes)
    }

    /// The chunk that is being sent to a child, if any.
    public func current(of child: ChildID) -> Int? {
        switch children[child]?.current {
        case .whole(let index, _, _), .arriving(let index, _): index
        case nil: nil
        }
    }

    /// The next thing to do for a child whose socket takes more; nil when nothing is to be done until something changes.
    public mutating func nextSend(to child: ChildID) -> Send? {
        guard let credit = children[child]?.credit, credit > 0 else { return nil }
        switch children[child]!.current {
        case .whole(let index, let next, let slices):
            let isLast = next + 1 == slices
            children[child]?.current = isLast ? nil : .whole(index: index, next: next + 1, slices: slices)
            return send(index, next, to: child)
        case .arriving(let index, let next):
            guard let arriving, next < arriving.received else { return nil }
            children[child]?.current = .arriving(index: index, next: next + 1)
            return send(index, next, to: child)
        case nil:
            return choose(for: child)
        }
    }

    /// The answer to ``Send/load(index:)``; a chunk that is damaged is taken back, for the child to get elsewhere or later.
    public mutating func loaded(_ index: Int, for child: ChildID, isGood: Bool) {
        guard let place = children[child]?.loading.firstIndex(where: { $0.index == index }) else { return }
        if isGood {
            children[child]?.loading[place].isReady = true
        } else {
            children[child]?.loading.remove(at: place)
            children[child]?.queue.restore(index)
        }
    }

    /// Due every ``PipelineLimits/progressInterval``. A parent that gets nothing more itself must not hold its children:
    /// they shall ask elsewhere.
    ///
    /// - Parameter isWritable: the child's socket takes more.
    public mutating func tick(_ child: ChildID, isWritable: Bool) -> Tick {
        guard let feed = children[child] else { return .nothing }
        let isStuck = !feed.sentSinceTick && !isReceiving && isWritable && feed.isStarved
        children[child]?.idleTicks = isStuck ? feed.idleTicks + 1 : 0
        children[child]?.sentSinceTick = false
        if feed.idleTicks + 1 >= PipelineLimits.idleFeedTicks, isStuck {
            removeChild(child)
            return .refuse
        }
        return feed.sentSinceTick ? .nothing : .progress
    }

    private mutating func send(_ index: Int, _ slice: Int, to child: ChildID) -> Send {
        let bytes = bytes(of: index, slice: slice)
        children[child]?.credit -= bytes
        children[child]?.sentSinceTick = true
        return .slice(index: index, slice: slice, bytes: bytes)
    }

    private mutating func choose(for child: ChildID) -> Send? {
        if children[child]!.loading.count < PipelineLimits.readAheadChunks,
            case .held(let index)? = children[child]!.queue.next(held: held, arriving: nil)
        {
            children[child]!.loading.append(ChildFeed.Loading(index: index, isReady: false))
            return .load(index: index)
        }
        if let first = children[child]!.loading.first {
            guard first.isReady else { return nil }
            children[child]!.loading.removeFirst()
            children[child]!.current = .whole(index: first.index, next: 0, slices: slices(of: first.index))
            return .announce(index: first.index)
        }
        guard let arriving,
            case .arriving(let index)? = children[child]!.queue.next(held: held, arriving: arriving.index)
        else { return nil }
        children[child]!.current = .arriving(index: index, next: 0)
        return .announce(index: index)
    }
}
