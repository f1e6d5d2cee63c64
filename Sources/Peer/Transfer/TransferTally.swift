import Basics

/// What one fetch of an image brought: from whom, twice, and with which pauses.
struct TransferTally: Sendable {
    /// A time in which bytes were lacking and none came.
    struct Stall: Sendable, Hashable {
        let at: Instant
        let duration: Duration
        /// Who should have sent them; nil when nobody was asked.
        let parent: PeerID?
    }

    /// Bytes of slices by sender, as stored; what was dropped again included.
    private(set) var sources: [PeerID: Int64] = [:]
    /// Bytes that came although they were here, or that were thrown away with half a chunk.
    private(set) var duplicateBytes: Int64 = 0
    private(set) var stalls: [Stall] = []
    /// When the last slice came; nil before the first one: what fills a pipeline is no stall.
    private var last: Instant?

    /// A verified slice came.
    mutating func received(_ bytes: Int, from peer: PeerID, now: Instant) {
        noticeStall(now: now, parent: peer)
        last = now
        if sources[peer] != nil || sources.count < PeerLimits.talliedSources {
            sources[peer, default: 0] += Int64(bytes)
        }
    }

    /// Bytes turned out to be of no use.
    mutating func wasted(_ bytes: Int) { duplicateBytes += Int64(bytes) }

    /// Notes a pause that has ended; `parent` is who ended it.
    private mutating func noticeStall(now: Instant, parent: PeerID) {
        guard let last, now - last >= PeerLimits.stallNoticed, stalls.count < PeerLimits.talliedStalls else { return }
        stalls.append(Stall(at: last, duration: now - last, parent: parent))
    }
}
