public import Basics

/// What can be seen of an exchange from outside, for those who ask how a flow goes.
extension Exchange {
    /// What children wait for right now.
    public struct Backlog: Hashable, Sendable {
        /// Something is there for a child whose socket takes no more.
        public var isBlocked = false
        /// There are children of the plan that lack something, and no socket of theirs takes more of what is there.
        public var isAllBlocked = false
        /// A child whose socket takes more waits for chunks from the store.
        public var isReading = false

        public init() {}
    }

    /// - Parameter isWritable: the child's socket takes more.
    public func backlog(_ isWritable: (ChildID) -> Bool) -> Backlog {
        var backlog = Backlog()
        var owed = 0
        var owedAndBlocked = 0
        for (child, feed) in children.enumerated() {
            guard let feed else { continue }
            let isBlocked = feed.isWaiting && !isWritable(child)
            if isBlocked { backlog.isBlocked = true }
            if feed.isOwed {
                owed += 1
                if isBlocked { owedAndBlocked += 1 }
            }
            if feed.isIdle, feed.credit > 0, feed.loading.contains(where: { !$0.isReady }), isWritable(child) {
                backlog.isReading = true
            }
        }
        backlog.isAllBlocked = owed > 0 && owed == owedAndBlocked
        return backlog
    }

    /// Bytes per second that children are to get by the plan, of those that wait for something.
    public var plannedOut: Int {
        children.reduce(0) { sum, feed in
            guard let feed, feed.isOwed else { return sum }
            return sum + feed.rate
        }
    }

    /// A child of the plan waits for something that is there, and gets nothing at all: it has stopped, or is cut off.
    public var hasStillChild: Bool {
        children.contains { feed in
            guard let feed, !feed.isSpare, feed.isWaiting else { return false }
            return feed.stillTicks >= PipelineLimits.deadTicks
        }
    }

    /// So much waits for the store that parents are not allowed more.
    public var isStoreBehind: Bool { unstoredBytes > PipelineLimits.storingBytes }

    /// How many stripes a parent is to send; 0 for who is not asked.
    public func stripes(from peer: PeerID) -> Int {
        guard let fetch, let link = fetch.link(of: peer), !fetch.links[link].isClosed else { return 0 }
        return fetch.lanes(of: link)
    }
}
