public import Basics

/// Decides whose bursts this host serves: one at a time, and within bounds that no peer can raise.
public struct ProbeGate: Sendable {
    private struct Visit: Sendable {
        var since: Instant
        var count: Int
    }

    private var visits: [PeerID: Visit] = [:]
    private var serving: (peer: PeerID, since: Instant)?
    /// Time that may still be spent on others.
    private var reserve = BandwidthLimits.servingReserve
    private var refilled: Instant
    private var lastEnd: Instant?

    public init(now: Instant) { refilled = now }

    public var isServing: Bool { serving != nil }
    /// True when nobody is served, and what was sent to the last one is out.
    public func isFree(now: Instant) -> Bool {
        serving == nil && lastEnd.map { now - $0 >= BandwidthLimits.afterServing } ?? true
    }

    /// Whose burst is served.
    public var served: PeerID? { serving?.peer }

    /// When the burst that is served has to end at the latest.
    public var nextDeadline: Instant { serving.map { $0.since + BandwidthLimits.served } ?? .never }

    /// Whether to serve a burst of a peer now; ``ended(now:)`` follows when true.
    ///
    /// - Parameter isBusy: this host measures itself, or an image goes through it.
    public mutating func admits(_ peer: PeerID, isBusy: Bool, now: Instant) -> Bool {
        reserve = min(BandwidthLimits.servingReserve, reserve + (now - refilled) / BandwidthLimits.servingShare)
        refilled = now
        guard !isBusy, serving == nil, reserve > .zero else { return false }
        var visit = visits[peer] ?? Visit(since: now, count: 0)
        if now - visit.since > BandwidthLimits.renownTime { visit = Visit(since: now, count: 0) }
        guard visit.count < BandwidthLimits.burstsPerPeer else { return false }
        visit.count += 1
        if visits[peer] == nil, visits.count >= BandwidthLimits.rememberedPeers {
            visits = visits.filter { now - $0.value.since <= BandwidthLimits.renownTime }
            guard visits.count < BandwidthLimits.rememberedPeers else { return false }
        }
        visits[peer] = visit
        serving = (peer, now)
        return true
    }

    /// The burst that was served is over.
    public mutating func ended(now: Instant) {
        guard let serving else { return }
        reserve -= now - serving.since
        lastEnd = now
        self.serving = nil
    }
}
