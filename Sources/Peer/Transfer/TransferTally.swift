import Basics

/// What one fetch of an image brought: from whom, twice, and with which pauses.
struct TransferTally: Sendable {
    /// A time in which bytes were lacking and none came.
    struct Stall: Sendable, Hashable {
        let at: Instant
        let duration: Duration
        /// Who sent the bytes before it, and should have sent the next.
        let parent: PeerID
    }

    /// Bytes of slices by sender, as stored; what was dropped again included.
    private(set) var sources: [PeerID: Int64] = [:]
    /// Bytes that came although they were here, or that were thrown away with half a chunk.
    private(set) var duplicateBytes: Int64 = 0
    private(set) var stalls: [Stall] = []
    /// The last slice; nil before the first one: what fills a pipeline is no stall.
    private var last: (at: Instant, from: PeerID)?

    /// A verified slice came.
    mutating func received(_ bytes: Int, from peer: PeerID, now: Instant) {
        noticeStall(now: now)
        last = (now, peer)
        if sources[peer] != nil || sources.count < PeerLimits.talliedSources {
            sources[peer, default: 0] += Int64(bytes)
        }
    }

    /// Bytes turned out to be of no use.
    mutating func wasted(_ bytes: Int) { duplicateBytes += Int64(bytes) }

    /// Notes a pause that has ended.
    private mutating func noticeStall(now: Instant) {
        guard let last, now - last.at >= PeerLimits.stallNoticed, stalls.count < PeerLimits.talliedStalls else {
            return
        }
        stalls.append(Stall(at: last.at, duration: now - last.at, parent: last.from))
    }
}
