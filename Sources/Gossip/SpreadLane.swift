/// News of one class, each piece sent a limited number of times, the least sent first (SWIM 4.1).
struct SpreadLane<Item: Hashable & Sendable>: Sendable {
    /// What became of a piece that was offered.
    enum Verdict {
        case sent
        case tooLarge
        /// Newer knowledge made it worthless.
        case stale
    }

    private struct Entry: Sendable {
        let item: Item
        let stamp: UInt64
    }

    /// Entries by the number of times they were sent.
    private var buckets: [[Entry]] = []
    /// The stamp of the entry that counts for an item; others are leftovers. Looked up, never walked.
    private var stamps: [Item: UInt64] = [:]
    private var nextStamp: UInt64 = 0

    var isEmpty: Bool { stamps.isEmpty }
    var count: Int { stamps.count }

    /// Queues a piece as not yet sent; false when the lane is full.
    mutating func add(_ item: Item) -> Bool {
        guard stamps[item] != nil || stamps.count < GossipLimits.outboxEntries else { return false }
        if buckets.isEmpty { buckets.append([]) }
        nextStamp += 1
        stamps[item] = nextStamp
        buckets[0].append(Entry(item: item, stamp: nextStamp))
        return true
    }

    mutating func remove(_ item: Item) { stamps[item] = nil }

    /// Offers pieces until one does not fit; those sent `budget` times are done.
    mutating func take(budget: Int, offer: (Item) -> Verdict) {
        var moved: [(level: Int, entry: Entry)] = []
        var isFull = false
        for level in buckets.indices where !isFull && !buckets[level].isEmpty {
            var used = 0
            for entry in buckets[level] {
                guard stamps[entry.item] == entry.stamp else {
                    used += 1
                    continue
                }
                let verdict = offer(entry.item)
                if verdict == .tooLarge {
                    isFull = true
                    break
                }
                used += 1
                if verdict == .stale || level + 1 >= budget {
                    stamps[entry.item] = nil
                } else {
                    moved.append((level + 1, entry))
                }
            }
            buckets[level].removeFirst(used)
        }
        for (level, entry) in moved {
            while buckets.count <= level { buckets.append([]) }
            buckets[level].append(entry)
        }
        if stamps.isEmpty { buckets.removeAll(keepingCapacity: true) }
    }
}
