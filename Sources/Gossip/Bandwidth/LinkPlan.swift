public import Basics

/// Decides when this host measures which of the links that it shares with others. A pure machine.
///
/// It has ``LinkDuties``, and carries out one burst at a time in its turns, within ``LinkLimits``; each link rarely, and
/// never while an image goes through this host. What a burst shows is at most what the host itself can: only less than
/// that, at a burst in which more partners added nothing, is what the link carries.
public struct LinkPlan: Sendable {
    /// One burst to be carried out.
    public struct Measurement: Hashable, Sendable {
        public let link: LinkObservations.Link
        public let direction: ProbeDirection
    }

    private struct Task: Sendable {
        let measurement: Measurement
        /// Nil while others measure it.
        var turn: Int?
        var due = Instant.origin
        var attempts = 0
        var bytes: Int64 = 0
        /// What was shown, and when, in seconds since 1970.
        var shown: BitRate?
        var measured: UInt64 = 0
    }

    private var duties = LinkDuties.none
    private var site = ""
    private var tasks: [Task] = []
    private var random: RandomSource
    private var isTransferring = false
    private var current: (index: Int, since: Instant)?
    /// Not before this instant, whatever is due.
    private var earliest = Instant.origin
    private var bytesLeft = LinkLimits.bytes
    private var timeLeft = LinkLimits.time
    private var refilled: Instant

    public init(now: Instant, seed: UInt64) {
        random = RandomSource(seed: seed)
        refilled = now
    }

    /// What is measured now.
    public var measurement: Measurement? { current.map { tasks[$0.index].measurement } }

    /// Who is present: links of which this host is an observer no more are left to others.
    public mutating func group(_ duties: LinkDuties, site: String) {
        guard duties != self.duties || site != self.site else { return }
        self.duties = duties
        self.site = site
        for index in tasks.indices { tasks[index].turn = nil }
        for duty in duties.all {
            for direction in [ProbeDirection.up, .down] {
                let measurement = Measurement(link: duty.link, direction: direction)
                if let index = tasks.firstIndex(where: { $0.measurement == measurement }) {
                    tasks[index].turn = duty.turn
                } else {
                    tasks.append(Task(measurement: measurement, turn: duty.turn))
                }
            }
        }
        // Those of others stay for when they are its own again, the longest known go first.
        while current == nil, tasks.count > 2 * LinkLimits.remembered,
            let index = tasks.firstIndex(where: { $0.turn == nil })
        {
            tasks.remove(at: index)
        }
    }

    /// An image goes through this host, or does not any more.
    public mutating func transferring(_ isNow: Bool) { isTransferring = isNow }

    // MARK: Time

    /// When ``begin(isFree:now:wall:)`` is to be asked again: in an hour at the latest, since clocks on walls are set.
    public func nextDeadline(now: Instant, wall: Duration) -> Instant {
        guard current == nil, !isTransferring else { return .never }
        var next = Instant.never
        for task in tasks {
            guard let turn = task.turn else { continue }
            let ready = max(now, task.due, earliest, paidOff)
            next = min(next, ready + duties.wait(for: turn, wall: wall + (ready - now)))
        }
        return next == .never ? .never : min(next, now + .seconds(3600))
    }

    /// What to measure now, if anything; ``ended(_:ceiling:now:wall:)`` must follow.
    ///
    /// - Parameters:
    ///   - isFree: the host knows its own rates, measures nothing and serves nobody.
    ///   - wall: since 1970.
    public mutating func begin(isFree: Bool, now: Instant, wall: Duration) -> Measurement? {
        guard current == nil, !isTransferring, now >= earliest else { return nil }
        refill(now)
        guard bytesLeft > 0, timeLeft > .zero else { return nil }
        // The first of those that have waited longest: near links come first.
        let due = tasks.indices.filter { index in
            guard let turn = tasks[index].turn, tasks[index].due <= now else { return false }
            return duties.wait(for: turn, wall: wall) == .zero
        }
        guard let index = due.min(by: { tasks[$0].due < tasks[$1].due }) else { return nil }
        guard isFree else {
            earliest = now + LinkLimits.retry
            return nil
        }
        current = (index, now)
        return tasks[index].measurement
    }

    private mutating func refill(_ now: Instant) {
        let passed = now - refilled
        guard passed >= .seconds(1) else { return }
        refilled = now
        let bytes = min(passed.inSeconds * Double(LinkLimits.bytesPerSecond), Double(LinkLimits.bytes))
        bytesLeft = min(LinkLimits.bytes, bytesLeft + Int64(bytes))
        timeLeft = min(LinkLimits.time, timeLeft + passed / LinkLimits.timeShare)
    }

    /// When both budgets allow another burst.
    private var paidOff: Instant {
        guard bytesLeft <= 0 || timeLeft <= .zero else { return refilled }
        let bytes = Duration.seconds((1 - min(0, bytesLeft)) / LinkLimits.bytesPerSecond + 1)
        let time = (.milliseconds(1) - min(.zero, timeLeft)) * LinkLimits.timeShare
        return refilled + max(bytes, time, .seconds(1))
    }

    // MARK: Results

    /// A burst is over.
    ///
    /// - Parameters:
    ///   - ceiling: what this host carries in that direction as far as the link: its own forecast, or less when a link
    ///     in between is known to carry less; nil when that is not known.
    ///   - wall: since 1970.
    /// - Returns: true when what there is to say has changed.
    public mutating func ended(_ result: BurstResult, ceiling: BitRate?, now: Instant, wall: Duration) -> Bool {
        guard let (index, since) = current else { return false }
        current = nil
        refill(now)
        bytesLeft -= Int64(clamping: result.bytes)
        timeLeft -= now - since
        earliest = now + LinkLimits.pause
        // It was cut short.
        guard !isTransferring else { return false }
        tasks[index].bytes += Int64(clamping: result.bytes)
        let before = tasks[index].shown
        let rates = result.samples.filter(\.isUsable).map(\.rate.bitsPerSecond)
        let carried = rates.isEmpty ? nil : BitRate(bitsPerSecond: rates.reduce(0, +) / Int64(rates.count))
        if let carried, let shown = before, carried.isAbove(LinkLimits.refutedPercent, of: shown) {
            tasks[index].shown = nil
        }
        guard result.isConclusive, let carried, let ceiling else {
            tasks[index].attempts += 1
            let isHopeless = carried != nil && result.refusals == 0
            if isHopeless || tasks[index].attempts >= LinkLimits.attempts {
                settle(index, now)
            } else {
                // In a later turn: who was busy may have time then.
                tasks[index].due = now + LinkLimits.turn
            }
            return tasks[index].shown != before
        }
        tasks[index].shown = carried.isAbove(LinkLimits.shownPercent, of: ceiling) ? nil : carried
        tasks[index].measured = UInt64(max(0, wall.components.seconds))
        settle(index, now)
        return tasks[index].shown != nil || before != nil
    }

    private mutating func settle(_ index: Int, _ now: Instant) {
        let others = max(1, tasks.count { $0.turn != nil })
        let paid = Duration.seconds(tasks[index].bytes / LinkLimits.bytesPerSecond) * others
        let wait = min(max(paid, LinkLimits.renewal), BandwidthLimits.longestRenewal)
        tasks[index].attempts = 0
        tasks[index].bytes = 0
        tasks[index].due = now + wait + wait / 16 * Int.random(in: 0...4, using: &random)
    }

    // MARK: What is known

    /// What this host has seen and may still count, its own duties first; at most ``GossipLimits/linkObservations``.
    ///
    /// - Parameter wall: since 1970.
    public func observations(wall: Duration) -> LinkObservations {
        let now = UInt64(max(0, wall.components.seconds))
        let oldest = now - min(now, UInt64(LinkLimits.age.components.seconds))
        var all: [LinkObservations.Observation] = []
        for isOwn in [true, false] {
            for task in tasks where (task.turn != nil) == isOwn && task.measured >= oldest {
                guard let rate = task.shown else { continue }
                let link = task.measurement.link
                let isUp = (task.measurement.direction == .up) != isSecond(of: link)
                let place =
                    all.firstIndex { $0.link == link }
                    ?? {
                        all.append(.init(link: link, up: nil, down: nil, measured: task.measured))
                        return all.count - 1
                    }()
                if isUp { all[place].up = rate } else { all[place].down = rate }
                all[place].measured = min(all[place].measured, task.measured)
            }
        }
        return LinkObservations(Array(all.prefix(GossipLimits.linkObservations)))
    }

    /// Whether this host's site is the second of a pair: what it sends goes down there.
    private func isSecond(of link: LinkObservations.Link) -> Bool {
        if case .between(_, let second) = link { second == site } else { false }
    }
}

extension BitRate {
    /// Whether this is more than a share of another rate, in percent. Any rates are survived.
    fileprivate func isAbove(_ percent: Int64, of other: BitRate) -> Bool {
        bitsPerSecond > other.bitsPerSecond / 100 * percent
    }
}
