import Basics
import NIOCore
import Pipeline

/// How fast one image comes to this peer and goes from it, and what the last two seconds were spent with.
///
/// It looks at counters of others ten times a second; slice by slice nothing is done for it but one addition.
struct FlowMeter {
    /// What went to one child, over all of its subscriptions.
    struct Child {
        var bytes: Int64 = 0
        var window = RateWindow()

        mutating func look(now: Instant) { window.look(at: bytes, now: now) }
    }

    /// A state that comes and goes, as the time for which it was seen.
    private struct Share {
        private var nanoseconds: Int64 = 0
        private var window = RateWindow()

        mutating func look(_ isSo: Bool, for passed: Int64, now: Instant) {
            if isSo { nanoseconds += passed }
            window.look(at: nanoseconds, now: now)
        }

        func share(now: Instant) -> Double { window.share(now: now) }
    }

    private var incoming = RateWindow()
    private var outgoing = RateWindow()
    private var outgoingBytes: Int64 = 0
    private var parents: [PeerID: RateWindow] = [:]
    private var children: [PeerID: Child] = [:]
    private var blocked = Share()
    private var reading = Share()
    private var full = Share()
    private var loopTime = RateWindow()
    private var processTime = RateWindow()
    private var lastLook: Instant?

    /// Takes over what a feed has sent and its socket has taken; what waits before the socket has not gone yet.
    mutating func sent(by feed: Feed) {
        let waiting = Int64((try? feed.session.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0)
        let bytes = feed.unmeteredBytes + feed.waitingBytes - waiting
        guard bytes > 0 else { return }
        feed.unmeteredBytes = 0
        feed.waitingBytes = waiting
        count(bytes, to: feed.session.peer)
    }

    /// The last of a feed that is over.
    mutating func ended(_ feed: Feed) { count(feed.unmeteredBytes + feed.waitingBytes, to: feed.session.peer) }

    private mutating func count(_ bytes: Int64, to child: PeerID) {
        guard bytes > 0 else { return }
        outgoingBytes += bytes
        if children[child] != nil || children.count < PeerLimits.meteredChildren {
            children[child, default: Child()].bytes += bytes
        }
    }

    /// On the event loop, whose thread's processor time counts.
    mutating func look(_ tally: TransferTally, _ backlog: Exchange.Backlog, isStoreBehind: Bool, now: Instant) {
        let passed = lastLook.map { (now - $0).wholeNanoseconds } ?? 0
        lastLook = now
        blocked.look(backlog.isBlocked, for: passed, now: now)
        reading.look(backlog.isReading, for: passed, now: now)
        full.look(isStoreBehind, for: passed, now: now)
        loopTime.look(at: ProcessorTime.ofThread(), now: now)
        processTime.look(at: ProcessorTime.ofProcess(), now: now)
        outgoing.look(at: outgoingBytes, now: now)
        for child in children.keys { children[child]?.look(now: now) }
        // Another fetch begins with another tally.
        for parent in parents.keys where tally.sources[parent] == nil { parents[parent] = nil }
        var received: Int64 = 0
        for (parent, bytes) in tally.sources {
            received += bytes
            parents[parent, default: RateWindow()].look(at: bytes, now: now)
        }
        incoming.look(at: received, now: now)
    }

    /// Bytes per second; nil while nobody can tell.
    func inRate(now: Instant) -> Int64? { incoming.rate(now: now) }

    func outRate(now: Instant) -> Int64 { outgoing.rate(now: now) ?? 0 }

    func rate(from parent: PeerID, now: Instant) -> Int64 { parents[parent]?.rate(now: now) ?? 0 }

    /// Whom this peer has sent something, and how fast now.
    func sent(now: Instant) -> [(child: PeerID, bytes: Int64, rate: Int64)] {
        children.map { ($0.key, $0.value.bytes, $0.value.window.rate(now: now) ?? 0) }
    }

    func shares(now: Instant) -> FlowShares {
        var shares = FlowShares()
        shares.blocked = blocked.share(now: now)
        shares.reading = reading.share(now: now)
        shares.full = full.share(now: now)
        shares.loop = loopTime.share(now: now)
        shares.process = processTime.share(now: now) / Double(ProcessorTime.cores)
        return shares
    }
}

extension RateWindow {
    /// Of a count of nanoseconds: the share of the time.
    fileprivate func share(now: Instant) -> Double { min(1, Double(rate(now: now) ?? 0) / 1e9) }
}
