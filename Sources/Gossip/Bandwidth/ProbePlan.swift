public import Basics

/// Decides when this host measures which of its directions. A pure, seeded state machine.
///
/// At join each direction once, at a moment that is drawn from a time that grows with the group, so that the rate of
/// bursts in the whole group does not: two hosts a second begin one, and fewer in groups of hundreds. A result that leaves doubt is
/// repeated when all are through. Then rarely: when a burst is paid off by ``BandwidthLimits/renewalBytesPerSecond``,
/// or when samples make an estimate doubtful. Never while an image goes through this host: then transfers speak.
public struct ProbePlan: Sendable {
    private struct Task: Sendable {
        /// Nil while the time follows from the size of the group.
        var due: Instant?
        var attempts = 0
        var vain = 0
        var bytes: UInt64 = 0
        var isSettled = false
        var lastEnd: Instant?
    }

    private let joined: Instant
    private var random: RandomSource
    /// Where in the time of all this host begins; below 1.
    private let place: Double
    private var tasks = [Task](repeating: Task(), count: ProbeDirection.allCases.count)
    /// Other hosts that are present.
    private var others = 0
    private var isTransferring = false
    /// The direction that is measured now.
    public private(set) var current: ProbeDirection?

    public init(now: Instant, seed: UInt64) {
        joined = now
        random = RandomSource(seed: seed)
        place = Double.random(in: 0..<1, using: &random)
        // Which direction comes first makes no difference to a host; that not all begin with the same does to the group.
        if Bool.random(using: &random) { tasks[0].due = .never } else { tasks[1].due = .never }
    }

    /// True when both directions have been measured as well as they can be.
    public var isSettled: Bool { tasks.allSatisfy(\.isSettled) }

    /// How many other hosts are there now.
    public mutating func group(others count: Int) { others = max(0, count) }

    /// An image goes through this host, or does not any more.
    public mutating func transferring(_ isNow: Bool, now: Instant) {
        if isTransferring, !isNow {
            for index in tasks.indices {
                if let due = tasks[index].due, due != .never { tasks[index].due = max(due, now + seconds(1, 3)) }
            }
        }
        isTransferring = isNow
    }

    /// When ``begin(isFree:now:)`` is to be asked again.
    public var nextDeadline: Instant {
        guard others > 0, current == nil, !isTransferring else { return .never }
        return tasks.map(due).min() ?? .never
    }

    /// The direction to measure now, if any; ``ended(_:isBelieved:now:)`` must follow.
    ///
    /// - Parameter isFree: nobody is being served.
    public mutating func begin(isFree: Bool, now: Instant) -> ProbeDirection? {
        guard nextDeadline <= now, let index = tasks.indices.min(by: { due(tasks[$0]) < due(tasks[$1]) }) else {
            return nil
        }
        guard isFree else {
            tasks[index].due = now + seconds(0.1, 0.4)
            return nil
        }
        current = ProbeDirection.allCases[index]
        return current
    }

    /// A burst is over.
    ///
    /// - Parameter isBelieved: false when it contradicts what was known.
    public mutating func ended(_ result: BurstResult, isBelieved: Bool, now: Instant) {
        current = nil
        let index = Int(result.direction.rawValue)
        tasks[index].bytes += result.bytes
        tasks[index].lastEnd = now
        if result.samples.isEmpty {
            tasks[index].vain += 1
            guard tasks[index].vain < BandwidthLimits.vainAttempts else { return settle(index, result.bytes, now) }
            tasks[index].due = now + seconds(0.3, 1) * min(tasks[index].vain, 8)
            return
        }
        tasks[index].vain = 0
        tasks[index].attempts += 1
        // The other direction follows at once: who has found time uses it.
        for other in tasks.indices where other != index && tasks[other].due == .never && !tasks[other].isSettled {
            tasks[other].due = now + .milliseconds(50)
        }
        let wasWhole = isBelieved && (result.isConclusive || result.refusals == 0)
        let isPaid = tasks[index].bytes < BandwidthLimits.joinBytes
        guard !wasWhole, isPaid, tasks[index].attempts < BandwidthLimits.attempts else {
            return settle(index, result.bytes, now)
        }
        tasks[index].due = max(now + seconds(1, 4), windowEnd + seconds(0, 3))
    }

    /// Samples make an estimate doubtful.
    public mutating func doubt(_ direction: ProbeDirection, now: Instant) {
        let index = Int(direction.rawValue)
        guard tasks[index].isSettled, let lastEnd = tasks[index].lastEnd else { return }
        let soon = max(now, lastEnd + BandwidthLimits.doubtPause) + seconds(1, 10)
        tasks[index].due = min(tasks[index].due ?? .never, soon)
    }

    private mutating func settle(_ index: Int, _ bytes: UInt64, _ now: Instant) {
        tasks[index].isSettled = true
        tasks[index].attempts = 0
        tasks[index].vain = 0
        tasks[index].bytes = 0
        let paidOff = Duration.seconds(Int64(min(bytes / BandwidthLimits.renewalBytesPerSecond, 1 << 32)))
        let wait = min(max(paidOff, BandwidthLimits.renewal), BandwidthLimits.longestRenewal)
        tasks[index].due = now + wait + wait / 4 * Int.random(in: 0...4, using: &random)
        for other in tasks.indices where other != index && tasks[other].due == .never {
            tasks[other].due = now + .milliseconds(50)
        }
    }

    /// When all that joined with this host have begun.
    private var windowEnd: Instant { joined + BandwidthLimits.settle + window }

    /// The time over which the hosts of a group begin that joined together.
    private var window: Duration {
        let least = BandwidthLimits.spacing * (others + 1)
        guard others >= BandwidthLimits.spacingPeers else { return least }
        return max(least, min(least * (others + 1) / BandwidthLimits.spacingPeers, BandwidthLimits.longestStart))
    }

    private func due(_ task: Task) -> Instant { task.due ?? joined + BandwidthLimits.settle + window * place }

    private mutating func seconds(_ low: Double, _ high: Double) -> Duration {
        .milliseconds(Int64.random(in: Int64(low * 1000)...Int64(high * 1000), using: &random))
    }
}
