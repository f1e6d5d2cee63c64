import Basics
import Gossip
import NIOCore
import Pipeline

/// Shares this host's link out among the images that go over it, by their priorities, and keeps all of them within what the
/// host may give. It belongs to the event loop.
final class LinkArbiter {
    /// One direction of the link.
    private struct Way {
        /// What Skein may take of it in all, whatever the image.
        var limit: RateLimit?
        var yield = BackgroundYield()
        var own = RateGauge()
        var all = RateGauge()
        /// Bytes per second: the most that was seen, for links of which nothing else is known.
        var most = 0
    }

    private unowned let plane: DataPlane
    private let traffic: HostTraffic?
    private var up = Way()
    private var down = Way()
    private var gauges: [ImageID: (up: RateGauge, down: RateGauge)] = [:]
    private var isSharing = false
    private var isYielding = false
    private var isCounting = false
    /// Of the whole host, read a moment ago.
    private var counted: HostTraffic.Count?

    /// - Parameters:
    ///   - limits: of all images together; nil: what there is.
    ///   - traffic: tells what others send over the link; nil: nobody knows.
    init(_ plane: DataPlane, limits: (up: BitRate?, down: BitRate?) = (nil, nil), traffic: HostTraffic? = nil) {
        self.plane = plane
        self.traffic = traffic
        up.limit = limits.up.map { RateLimit(bytesPerSecond: $0.bytesPerSecond) }
        down.limit = limits.down.map { RateLimit(bytesPerSecond: $0.bytesPerSecond) }
    }

    // MARK: The host's own limit

    /// What is sent and received says nothing of the links.
    var isLimiting: Bool { up.limit != nil || down.limit != nil }

    /// When a slice may go out, or parents may be allowed more, as far as the host's limit goes.
    var sendsNext: Instant { up.limit?.next ?? .origin }
    var allowsNext: Instant { down.limit?.next ?? .origin }

    func sent(_ bytes: Int, now: Instant) { up.limit?.moved(bytes, now: now) }
    func allowed(_ bytes: Int, now: Instant) { down.limit?.moved(bytes, now: now) }

    // MARK: Priorities

    /// Bytes per second that may come to this host, for a first credit; nil when nobody knows.
    var downCapacity: Int? { knownCapacity(of: .down) }

    /// Ten times a second while some image is on its way.
    func look(now: Instant) {
        let active = plane.transfers.values.filter { !$0.isIdle }
        guard let first = active.first,
            active.contains(where: { $0.terms.priority != first.terms.priority })
                || first.terms.priority == .background
        else { return stopSharing() }
        isSharing = true
        gauges = gauges.filter { gauge in active.contains { $0.image == gauge.key } }
        for transfer in active {
            gauges[transfer.image, default: (RateGauge(), RateGauge())].up.look(at: transfer.bytesOut, now: now)
            gauges[transfer.image]?.down.look(at: transfer.bytesIn, now: now)
        }
        up.own.look(at: plane.counters.bytesSent, now: now)
        down.own.look(at: plane.counters.bytesReceived, now: now)
        let hasBackground = active.contains { $0.terms.priority == .background }
        if hasBackground { yieldToOthers(now: now) } else { isYielding = false }
        let ups = active.map { claim($0.terms.priority, planned: $0.exchange.plannedOut, gauges[$0.image]?.up) }
        let downs = active.map {
            claim($0.terms.priority, planned: $0.isReceiving ? max(1, $0.plannedRate) : 0, gauges[$0.image]?.down)
        }
        for transfer in active {
            let priority = transfer.terms.priority
            transfer.allow(
                up: allowance(of: priority, .up, up, ups), down: allowance(of: priority, .down, down, downs), now: now)
        }
    }

    private func stopSharing() {
        guard isSharing else { return }
        isSharing = false
        isYielding = false
        gauges = [:]
        // Idle ones too: they may go on any moment.
        for transfer in plane.transfers.values { transfer.allow(up: nil, down: nil, now: plane.now()) }
    }

    private func claim(_ priority: TransferPriority, planned: Int, _ gauge: RateGauge?) -> LinkShares.Claim {
        LinkShares.Claim(
            priority: priority, planned: planned, rate: gauge?.rate ?? 0, isNew: gauge?.looks ?? 0 < PeerLimits.newLooks
        )
    }

    private func allowance(
        of priority: TransferPriority, _ direction: ProbeDirection, _ way: Way, _ claims: [LinkShares.Claim]
    ) -> Int? {
        let planned = claims.map(\.planned).max() ?? 0
        let share = LinkShares.allowance(
            of: priority, among: claims, capacity: capacity(of: direction, way, planned: planned))
        guard priority == .background, isYielding, let left = way.yield.allowance else { return share }
        let equals = max(1, claims.count { $0.priority == .background && $0.planned > 0 })
        return min(share ?? .max, max(1, left / equals))
    }

    /// Bytes per second of a direction: what is known of the link, or else the most that a plan has for it or was seen.
    private func capacity(of direction: ProbeDirection, _ way: Way, planned: Int) -> Int {
        knownCapacity(of: direction) ?? max(planned, way.most, 1)
    }

    /// The host's own limit is in the forecast already.
    private func knownCapacity(of direction: ProbeDirection) -> Int? {
        plane.bandwidth?.forecast(of: direction).map { max(1, $0.rate.bytesPerSecond) }
    }

    // MARK: What others send over the link

    private func yieldToOthers(now: Instant) {
        guard let traffic else { return }
        if !isYielding {
            isYielding = true
            up.all = RateGauge()
            down.all = RateGauge()
            begin(&up, .up)
            begin(&down, .down)
        }
        if let counted {
            self.counted = nil
            up.all.look(at: counted.up, now: now)
            down.all.look(at: counted.down, now: now)
            look(&up, .up, acknowledging: down.own.rate)
            look(&down, .down, acknowledging: up.own.rate)
        }
        guard !isCounting else { return }
        isCounting = true
        plane.workers.run(on: plane.loop) {
            traffic.count()
        } then: { [weak self] result in
            self?.isCounting = false
            if case .success(let count) = result { self?.counted = count }
        }
    }

    private func begin(_ way: inout Way, _ direction: ProbeDirection) {
        way.yield = BackgroundYield()
        if let capacity = knownCapacity(of: direction) { way.yield.begin(capacity: capacity) }
    }

    private func look(_ way: inout Way, _ direction: ProbeDirection, acknowledging: Int) {
        guard way.all.looks >= PeerLimits.newLooks else { return }
        way.most = max(way.most, way.all.rate)
        // How full a link is says nothing where nobody knows what it carries.
        guard let capacity = knownCapacity(of: direction) else { return way.yield = BackgroundYield() }
        // Headers of packets, frames and all that is sent; acknowledgements of what comes the other way.
        let others = max(0, way.all.rate - way.own.rate * 107 / 100 - acknowledging / 25)
        way.yield.look(capacity: capacity, own: way.own.rate, others: others)
    }
}
