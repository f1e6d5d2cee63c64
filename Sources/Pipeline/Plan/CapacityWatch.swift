public import Basics

/// Finds out, in the middle of an install, that this peer's own link carries much less than the plan has for it.
///
/// A parent whose children wait for their sockets, and get much less of their plan than it gets of its own, says that it is
/// slow: the next plan has nobody below it that it cannot feed. It cannot tell whether the link of its only child is the slow
/// one. So a child that fares no better with its next parent says that of itself, before that one can; then nobody waits for
/// the child. Both are shares of what the plan has, so rates that nobody knows do no harm. Looked at every
/// ``PipelineLimits/progressInterval``.
public struct CapacityWatch: Sendable {
    /// What the peer sees of itself.
    public struct Look: Sendable {
        /// Bytes that planned children and this peer have got since the install began.
        public var sent: Int64
        public var received: Int64
        /// Bytes per second that the plan has for them; 0: nothing.
        public var plannedOut: Int
        public var plannedIn: Int
        public var isReceiving: Bool
        /// Something is there for each child that lacks something, and no socket takes more: with one that does, only another
        /// child is slow.
        public var isBlocked: Bool
        /// A child gets nothing at all: that says nothing of this peer's link.
        public var hasStillChild: Bool
        /// Whom it gets the image from now.
        public var parents: [PeerID]

        public init(
            sent: Int64, received: Int64, plannedOut: Int, plannedIn: Int, isReceiving: Bool, isBlocked: Bool,
            hasStillChild: Bool = false, parents: [PeerID]
        ) {
            self.sent = sent
            self.received = received
            self.plannedOut = plannedOut
            self.plannedIn = plannedIn
            self.isReceiving = isReceiving
            self.isBlocked = isBlocked
            self.hasStillChild = hasStillChild
            self.parents = parents
        }
    }

    /// The share of what the plan has that the peer's own link carries.
    public enum Finding: Hashable, Sendable {
        case up(Double)
        case down(Double)
    }

    private struct Window {
        let since: Instant
        let first: Look
        var ticks = 0
        var blocked = 0
    }

    /// Less than this share of what is fair is slow.
    private static let slow = 0.5
    private static let span: Duration = .seconds(2)
    /// A parent leaves it to its child to speak first when another of the child's parents may have spoken before.
    private static let shorterSpan: Duration = .milliseconds(1_500)
    private static let longerSpan: Duration = .seconds(5)

    private var sending: Window?
    private var receiving: Window?
    private var bestShare = 0.0
    /// Parents of the last plans.
    private var earlier: Set<PeerID> = []
    private var hasToldUp = false
    private var hasToldDown = false

    public init() {}

    /// - Parameter slowed: peers of the install that have said that they are slow.
    /// - Returns: what to tell others, once each.
    public mutating func look(_ now: Look, at instant: Instant, slowed: Set<PeerID>) -> Finding? {
        lookAtReceiving(now, instant)
        if let finding = down(now, instant, slowed) { return finding }
        return up(now, instant, slowed)
    }

    private mutating func lookAtReceiving(_ now: Look, _ instant: Instant) {
        earlier.formUnion(now.parents.prefix(PipelineLimits.links - min(earlier.count, PipelineLimits.links)))
        guard now.isReceiving, now.plannedIn > 0, !now.parents.isEmpty else { return receiving = nil }
        guard let window = receiving, window.first.plannedIn == now.plannedIn, window.first.parents == now.parents
        else {
            return receiving = Window(since: instant, first: now)
        }
        guard instant - window.since >= .seconds(1) else { return }
        bestShare = max(
            bestShare, share(now.received - window.first.received, of: now.plannedIn, instant - window.since))
    }

    /// At most 1: a parent that has nothing else to do may send much more than planned, and nobody owes that to others.
    private func share(_ bytes: Int64, of planned: Int, _ time: Duration) -> Double {
        guard planned > 0, time > .zero else { return 0 }
        return min(1, Double(bytes) / (Double(planned) * time.inSeconds))
    }

    /// A parent that called itself slow is left, and nothing is better.
    private mutating func down(_ now: Look, _ instant: Instant, _ slowed: Set<PeerID>) -> Finding? {
        guard !hasToldDown, let window = receiving, instant - window.since >= Self.shorterSpan else { return nil }
        let current = share(now.received - window.first.received, of: now.plannedIn, instant - window.since)
        guard current < Self.slow * bestShare, !slowed.isDisjoint(with: earlier),
            slowed.isDisjoint(with: now.parents)
        else { return nil }
        hasToldDown = true
        return .down(max(0.001, current / bestShare))
    }

    private mutating func up(_ now: Look, _ instant: Instant, _ slowed: Set<PeerID>) -> Finding? {
        guard !hasToldUp, now.plannedOut > 0, bestShare > 0, !now.hasStillChild else {
            sending = nil
            return nil
        }
        guard var window = sending, window.first.plannedOut == now.plannedOut else {
            sending = Window(since: instant, first: now)
            return nil
        }
        window.ticks += 1
        if now.isBlocked { window.blocked += 1 }
        sending = window
        let time = instant - window.since
        guard time >= (slowed.isEmpty ? Self.span : Self.longerSpan) else { return nil }
        sending = Window(since: instant, first: now)
        let out = share(now.sent - window.first.sent, of: now.plannedOut, time)
        let fair = now.isReceiving ? share(now.received - window.first.received, of: now.plannedIn, time) : bestShare
        guard window.blocked * 5 >= window.ticks * 4, out < Self.slow * fair else { return nil }
        hasToldUp = true
        return .up(max(0.001, out / fair))
    }
}
