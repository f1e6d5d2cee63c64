import Basics
import Gossip
import NIOCore

/// Takes passive samples: what the sockets of running transfers carried in an interval.
///
/// Sent bytes count only when some child's socket always had something to send and the network, not the child, was its
/// brake. All are bounds: the limit may be at the other end, or before this host in its chain.
struct TransferObserver {
    private struct Flow {
        let session: Session
        var figures: SocketFigures
    }

    private var flows: [ObjectIdentifier: Flow] = [:]
    private var since: Instant?

    /// Called often; answers when an interval is over.
    mutating func observe(_ plane: DataPlane, now: Instant) -> [(ProbeDirection, BandwidthSample)] {
        guard let since else {
            restart(plane, now)
            return []
        }
        guard now - since >= PeerLimits.observation else { return [] }
        // What is held back on purpose says nothing of the links.
        guard !plane.arbiter.isLimiting, !plane.transfers.values.contains(where: { $0.sending != nil }) else {
            restart(plane, now)
            return []
        }
        var up = Sum()
        var down = Sum()
        let microseconds = UInt64(max(1, (now - since).wholeNanoseconds / 1000))
        for flow in flows.values where !flow.session.isClosed {
            guard let figures = SocketFigures(flow.session.channel) else { continue }
            let before = flow.figures
            up.add(figures.delivered &- before.delivered, flow.session.peer)
            down.add(figures.arrived &- before.arrived, flow.session.peer)
            let wasBusy = (figures.busy &- before.busy) * 10 >= microseconds * 9
            let wasPushedBack = (figures.receiverLimited &- before.receiverLimited) * 20 > microseconds
            if wasBusy && !wasPushedBack { up.counts = true }
        }
        down.counts = true
        let result = [(ProbeDirection.up, up.sample(now - since)), (.down, down.sample(now - since))]
        restart(plane, now)
        return result.compactMap { direction, sample in sample.map { (direction, $0) } }
    }

    mutating func stop() {
        flows = [:]
        since = nil
    }

    private mutating func restart(_ plane: DataPlane, _ now: Instant) {
        since = now
        flows.removeAll(keepingCapacity: true)
        for (id, session) in plane.sessions where !session.feeds.isEmpty || !session.subscriptions.isEmpty {
            flows[id] = SocketFigures(session.channel).map { Flow(session: session, figures: $0) }
        }
    }

    /// One direction of an interval.
    private struct Sum {
        var bytes: UInt64 = 0
        var partners: Set<PeerID> = []
        var counts = false

        mutating func add(_ more: UInt64, _ partner: PeerID) {
            // Less than a frame or two is no data.
            guard more > PeerLimits.probeQueueLeast else { return }
            bytes &+= more
            partners.insert(partner)
        }

        func sample(_ duration: Duration) -> BandwidthSample? {
            guard counts, bytes > 0 else { return nil }
            return BandwidthSample(
                bytes: bytes, duration: duration, partner: partners.count == 1 ? partners.first : nil)
        }
    }
}
