/// News of one class, each piece sent a limited number of times, the least sent first (SWIM 4.1).
///
/// Its memory is kept when it runs empty, so that a lane in use takes none.
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

    /// A queue whose front moves: what was taken is dropped when it is half of the memory.
    private struct Level: Sendable {
        var entries: [Entry] = []
        var front = 0

        var isEmpty: Bool { front == entries.count }

        mutating func drop(_ count: Int) {
            front += count
            if front == entries.count {
                entries.removeAll(keepingCapacity: true)
                front = 0
            } else if front > 32, front * 2 > entries.count {
                entries.removeSubrange(..<front)
                front = 0
            }
        }
    }

    /// Entries by the number of times they were sent.
    private var levels: [Level] = []
    /// The stamp of the entry that counts for an item; others are leftovers. Looked up, never walked.
    private var stamps: [Item: UInt64] = [:]
    private var nextStamp: UInt64 = 0
    /// What was sent in the present `take`, and to which level it goes.
    private var moved: [(level: Int, entry: Entry)] = []

    var isEmpty: Bool { stamps.isEmpty }
    var count: Int { stamps.count }

    /// Queues a piece as not yet sent; false when the lane is full.
    mutating func add(_ item: Item) -> Bool {
        guard stamps[item] != nil || stamps.count < GossipLimits.outboxEntries else { return false }
        if levels.isEmpty { levels.append(Level()) }
        nextStamp += 1
        stamps[item] = nextStamp
        levels[0].entries.append(Entry(item: item, stamp: nextStamp))
        return true
    }

    mutating func remove(_ item: Item) { stamps[item] = nil }

    mutating func removeAll() {
        for level in levels.indices { levels[level].drop(levels[level].entries.count - levels[level].front) }
        stamps.removeAll(keepingCapacity: true)
    }

    /// Offers pieces until one does not fit; those sent `budget` times are done.
    mutating func take(budget: Int, offer: (Item) -> Verdict) {
        guard !stamps.isEmpty else { return }
        var isFull = false
        for level in levels.indices where !isFull && !levels[level].isEmpty {
            var used = 0
            while levels[level].front + used < levels[level].entries.count {
                let entry = levels[level].entries[levels[level].front + used]
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
            levels[level].drop(used)
        }
        for (level, entry) in moved {
            while levels.count <= level { levels.append(Level()) }
            levels[level].entries.append(entry)
        }
        moved.removeAll(keepingCapacity: true)
        if stamps.isEmpty { removeAll() }
    }
}
