import Basics

/// The feeding of children: each gets what it wants as soon as it is here, slice by slice, the lowest chunk first.
extension Exchange {
    /// One subscription of one child, until it ends; numbers are used again.
    public typealias ChildID = Int

    /// What to do for a child next.
    public enum Send: Hashable, Sendable {
        /// Send the header of a chunk; its slices may follow.
        case announce(index: Int)
        /// Send a slice of a chunk that was announced.
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

    /// A child asks for what it lacks; nil when there are too many, or the want does not fit the image.
    public mutating func addChild(_ want: Want, credit: Int) -> ChildID? {
        guard childCount < PipelineLimits.children, fits(want) else { return nil }
        let feed = ChildFeed(want, credit: credit)
        if let free = children.firstIndex(where: { $0 == nil }) {
            children[free] = feed
            return free
        }
        children.append(feed)
        return children.count - 1
    }

    /// A child asks for something else; false when that does not fit the image.
    public mutating func change(_ child: ChildID, to want: Want) -> Bool {
        guard children[child] != nil, fits(want) else { return false }
        children[child]!.replace(want, sizes)
        return true
    }

    private func fits(_ want: Want) -> Bool {
        want.chunks.count == held.count
            && want.parts.allSatisfy {
                $0.chunk >= 0 && $0.chunk < lengths.count
                    && $0.slices.subtracting(SliceSet(first: slices(of: $0.chunk))).isEmpty
            }
    }

    public mutating func removeChild(_ child: ChildID) { children[child] = nil }

    public var childCount: Int { children.reduce(0) { $1 == nil ? $0 : $0 + 1 } }

    /// The child allows more bytes.
    public mutating func addCredit(_ bytes: Int, for child: ChildID) {
        guard let credit = children[child]?.credit else { return }
        children[child]!.credit = min(credit + bytes, 2 * PipelineLimits.creditBytes)
    }

    /// A chunk that is being sent to a child, or is about to be.
    public func isOpen(_ index: Int, for child: ChildID) -> Bool {
        children[child]?.open.contains { $0.index == index } ?? false
    }

    /// Some child lacks the chunk, or slices of it, that are not on their way to it.
    public func isLacking(_ index: Int) -> Bool { children.contains { $0?.wants(index) == true } }

    /// A chunk that is asked of the store for a child, or has come from it.
    public func isLoading(_ index: Int, for child: ChildID) -> Bool {
        children[child]?.loading.contains { $0.index == index } ?? false
    }

    /// The next thing to do for one of the children whose sockets take more; nil when nothing is to be done until
    /// something changes.
    ///
    /// Children share this peer's uplink in proportion to what the plan has for each, not by connections: who got least
    /// of it goes first, and nobody runs ahead of a child that waits for its socket. A child that holds others back for
    /// long (its own link is slow, or it has stopped) is not waited for any more.
    public mutating func next(_ isWritable: (ChildID) -> Bool) -> (child: ChildID, send: Send)? {
        let isHeldWhole = held.isFull
        // A child for which nothing is there is idle after the look, so each is looked at once.
        while true {
            let turn = Turn(children, sliceBytes: sliceBytes, mayServeSpare: isHeldWhole, isWritable)
            guard let child = turn.next else {
                hold(turn.isHeldBack ? turn.last : nil)
                return nil
            }
            if let send = nextSend(to: child) { return (child, send) }
        }
    }

    private mutating func hold(_ child: ChildID?) {
        guard child != holdUp?.child else { return }
        holdUp = child.flatMap { slot in children[slot].map { HoldUp(slot, $0) } }
    }

    /// Due every ``PipelineLimits/progressInterval``, before the ticks of the single children.
    public mutating func tickChildren() {
        for slot in children.indices where children[slot] != nil { children[slot]!.tickBehind() }
        guard let child = holdUp?.child, children.indices.contains(child), let feed = children[child],
            holdUp!.tick(feed, sliceBytes: sliceBytes)
        else { return }
        children[child]!.fallBehind()
        hold(nil)
    }

    /// The next thing to do for a child; nil when nothing is to be done until something changes.
    private mutating func nextSend(to child: ChildID) -> Send? {
        if children[child]!.open.count < children[child]!.lanes, let send = open(for: child) { return send }
        if let send = advance(child) { return send }
        // What is open waits for its slices: others need not wait with it.
        if children[child]!.open.count < PipelineLimits.openChunks, let send = open(for: child) { return send }
        children[child]!.isIdle = true
        return nil
    }

    /// Something that children may want has come.
    mutating func wakeChildren() {
        for slot in children.indices where children[slot] != nil { children[slot]!.isIdle = false }
    }

    /// The answer to ``Send/load(index:)``; a chunk that is damaged is taken back, for the child to get elsewhere or later.
    public mutating func loaded(_ index: Int, for child: ChildID, isGood: Bool) {
        guard let place = children[child]?.loading.firstIndex(where: { $0.index == index }) else { return }
        children[child]!.isIdle = false
        if isGood {
            children[child]!.loading[place].isReady = true
        } else {
            let slices = children[child]!.loading.remove(at: place).slices
            children[child]!.restore(index, slices)
        }
    }

    /// Due every ``PipelineLimits/progressInterval``. A parent that gets nothing more itself must not hold its children:
    /// they shall ask elsewhere.
    ///
    /// - Parameter isWritable: the child's socket takes more.
    public mutating func tick(_ child: ChildID, isWritable: Bool) -> Tick {
        guard let feed = children[child] else { return .nothing }
        let isStuck = !feed.sentSinceTick && !isReceiving && isWritable && feed.isStarved
        children[child]!.idleTicks = isStuck ? feed.idleTicks + 1 : 0
        children[child]!.stillTicks = feed.sentSinceTick ? 0 : feed.stillTicks + 1
        children[child]!.sentSinceTick = false
        let patience = hasGivenUp ? 1 : PipelineLimits.idleFeedTicks
        if isStuck, feed.idleTicks + 1 >= patience {
            removeChild(child)
            return .refuse
        }
        return feed.sentSinceTick ? .nothing : .progress
    }

    /// Goes on with the open chunk of which least went out.
    private mutating func advance(_ child: ChildID) -> Send? {
        var best: (place: Int, chunk: ChildFeed.Open, slice: Int)?
        for (place, chunk) in children[child]!.open.enumerated() where chunk.sent < best?.chunk.sent ?? .max {
            guard let slice = available(chunk).first else { continue }
            best = (place, chunk, slice)
        }
        guard let (place, chunk, slice) = best else { return nil }
        let bytes = bytes(of: chunk.index, slice: slice)
        children[child]!.credit -= bytes
        clock = max(clock, children[child]!.spend(bytes, from: clock))
        children[child]!.sent(slice: slice, at: place, of: slices(of: chunk.index))
        return .slice(index: chunk.index, slice: slice, bytes: bytes)
    }

    private func available(_ chunk: ChildFeed.Open) -> SliceSet {
        if held[chunk.index] { return chunk.left }
        guard let arriving = arriving[chunk.index] else { return .none }
        return chunk.left.intersection(arriving.received)
    }

    /// Opens another chunk: one that came from the store, one that is asked of it, or one that is arriving.
    private mutating func open(for child: ChildID) -> Send? {
        if children[child]!.loading.count < PipelineLimits.readAheadChunks,
            let index = children[child]!.nextHeld(held), let wanted = children[child]!.take(index, sizes)
        {
            children[child]!.loading.append(ChildFeed.Loading(index: index, slices: wanted, isReady: false))
            return .load(index: index)
        }
        if let first = children[child]!.loading.first, first.isReady {
            children[child]!.loading.removeFirst()
            children[child]!.open.append(
                ChildFeed.Open(index: first.index, left: first.slices))
            return .announce(index: first.index)
        }
        guard let lowest = children[child]!.nextArriving(arriving), let wanted = children[child]!.take(lowest, sizes)
        else { return nil }
        children[child]!.open.append(ChildFeed.Open(index: lowest, left: wanted))
        return .announce(index: lowest)
    }
}
