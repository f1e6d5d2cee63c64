/// News of one class, each piece sent a limited number of times, the least sent first (SWIM 4.1).
///
/// A piece that comes from others is known there: each time may count as if it had been sent (the feedback of A. Demers et
/// al., "Epidemic Algorithms for Replicated Database Maintenance", 1987, 1.4).
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
    /// The entry that counts for an item, others are leftovers, and how often it was heard from others.
    private struct Current: Sendable {
        let stamp: UInt64
        var heard = 0
    }

    /// Looked up, never walked.
    private var current: [Item: Current] = [:]
    private var nextStamp: UInt64 = 0
    /// What was sent in the present `take`, and to which level it goes.
    private var moved: [(level: Int, entry: Entry)] = []

    var isEmpty: Bool { current.isEmpty }
    var count: Int { current.count }

    /// Queues a piece as not yet sent; false when the lane is full.
    mutating func add(_ item: Item) -> Bool {
        guard current[item] != nil || current.count < GossipLimits.outboxEntries else { return false }
        if levels.isEmpty { levels.append(Level()) }
        nextStamp += 1
        current[item] = Current(stamp: nextStamp)
        levels[0].entries.append(Entry(item: item, stamp: nextStamp))
        return true
    }

    /// Somebody else told us the same.
    mutating func hear(_ item: Item) {
        // Read and written: a change in place takes memory for the way back.
        guard !current.isEmpty, var known = current[item] else { return }
        known.heard += 1
        current[item] = known
    }

    mutating func removeAll() {
        for level in levels.indices { levels[level].drop(levels[level].entries.count - levels[level].front) }
        current.removeAll(keepingCapacity: true)
    }

    /// Offers pieces until one does not fit; those sent `budget` times are done, with `heeding` those that were heard as
    /// often as well.
    mutating func take(budget: Int, heeding: Bool, offer: (Item) -> Verdict) {
        guard !current.isEmpty else { return }
        var isFull = false
        for level in levels.indices where !isFull && !levels[level].isEmpty {
            var used = 0
            while levels[level].front + used < levels[level].entries.count {
                let entry = levels[level].entries[levels[level].front + used]
                guard let known = current[entry.item], known.stamp == entry.stamp else {
                    used += 1
                    continue
                }
                // Everything is sent once, whatever was heard.
                if heeding, level > 0, level + known.heard >= budget {
                    current[entry.item] = nil
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
                    current[entry.item] = nil
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
        if current.isEmpty { removeAll() }
    }
}
