import Basics

/// What others were asked for, so that nobody else is asked for it in the same moment.
struct AskedRecords: Sendable {
    /// Until when it is not asked for again. Looked up and filtered, never walked in an order that shows.
    private var until: [RecordName: Instant] = [:]
    /// Filled and emptied while expired names are removed, kept for its memory.
    private var expired: [RecordName] = []

    /// Whether nobody was asked for it just now; from then on it counts as asked for. Whoever was asked may not answer,
    /// so that holds for a moment only.
    mutating func mayAsk(_ name: RecordName, now: Instant, patience: Duration) -> Bool {
        if let until = until[name], now < until { return false }
        // What has expired goes with the next housekeeping; to look through all of it for each name would be dear.
        if until.count < GossipLimits.askedRecords { until[name] = now + patience }
        return true
    }

    mutating func arrived(_ name: RecordName) {
        if !until.isEmpty { until[name] = nil }
    }

    mutating func removeExpired(now: Instant) {
        for (name, end) in until where end <= now { expired.append(name) }
        for name in expired { until[name] = nil }
        expired.removeAll(keepingCapacity: true)
    }
}
