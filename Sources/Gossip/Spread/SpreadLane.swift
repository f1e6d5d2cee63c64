/// News of one class, each piece sent a limited number of times, the least sent first (SWIM 4.1).
///
/// A piece that comes from others is known there: each time may count as if it had been sent (the feedback of A. Demers et
/// al., "Epidemic Algorithms for Replicated Database Maintenance", 1987, 1.4).
///
/// Each piece has one place, in the list of those that were sent as often; places are used again. So the memory is that of
/// the most pieces that ever waited at once, and a lane in use takes none.
struct SpreadLane<Item: Hashable & Sendable>: Sendable {
    /// What became of a piece that was offered.
    enum Verdict {
        case sent
        case tooLarge
        /// Newer knowledge made it worthless.
        case stale
    }

    private struct Entry: Sendable {
        var item: Item
        /// How often it was sent.
        var level: Int32 = 0
        /// How often it was heard from others.
        var heard: Int32 = 0
        /// The `take` that sent it last: it is not offered twice in one.
        var takeNumber: UInt32 = 0
        /// The neighbours in the list of its level, or the next free place; -1 for none.
        var previous: Int32 = -1
        var next: Int32 = -1
    }

    /// A list of entries through their places; -1 for none.
    private struct Level: Sendable {
        var first: Int32 = -1
        var last: Int32 = -1
    }

    private var entries: [Entry] = []
    private var firstFree: Int32 = -1
    /// By the number of times their entries were sent, in the order in which they came there.
    private var levels: [Level] = []
    /// Looked up, never walked.
    private var places: [Item: Int32] = [:]
    private var takeNumber: UInt32 = 0

    var isEmpty: Bool { places.isEmpty }
    var count: Int { places.count }

    /// Queues a piece as not yet sent; false when the lane is full.
    mutating func add(_ item: Item) -> Bool {
        if let place = places[item] {
            unlink(place)
            entries[Int(place)] = Entry(item: item)
            append(place, toLevel: 0)
            return true
        }
        guard places.count < GossipLimits.outboxEntries else { return false }
        let place = freePlace(for: item)
        places[item] = place
        append(place, toLevel: 0)
        return true
    }

    /// Somebody else told us the same.
    mutating func hear(_ item: Item) {
        guard !places.isEmpty, let place = places[item] else { return }
        entries[Int(place)].heard += 1
    }

    mutating func removeAll() {
        for level in levels.indices {
            while levels[level].first >= 0 { remove(levels[level].first) }
        }
    }

    /// Offers pieces until one does not fit; those sent `budget` times are done, with `heeding` those that were heard as
    /// often as well.
    mutating func take(budget: Int, heeding: Bool, offer: (Item) -> Verdict) {
        guard !places.isEmpty else { return }
        takeNumber &+= 1
        for level in levels.indices {
            var place = levels[level].first
            while place >= 0 {
                let entry = entries[Int(place)]
                // What this take sent stands at the end of the next list.
                if entry.takeNumber == takeNumber { break }
                let next = entry.next
                // Everything is sent once, whatever was heard.
                if heeding, level > 0, level + Int(entry.heard) >= budget {
                    remove(place)
                } else {
                    switch offer(entry.item) {
                    case .tooLarge: return
                    case .stale: remove(place)
                    case .sent:
                        if level + 1 >= budget { remove(place) } else { advance(place, toLevel: level + 1) }
                    }
                }
                place = next
            }
        }
    }

    // MARK: Lists

    private mutating func advance(_ place: Int32, toLevel level: Int) {
        unlink(place)
        entries[Int(place)].takeNumber = takeNumber
        append(place, toLevel: level)
    }

    private mutating func append(_ place: Int32, toLevel level: Int) {
        while levels.count <= level { levels.append(Level()) }
        let last = levels[level].last
        entries[Int(place)].level = Int32(level)
        entries[Int(place)].previous = last
        entries[Int(place)].next = -1
        if last >= 0 { entries[Int(last)].next = place } else { levels[level].first = place }
        levels[level].last = place
    }

    private mutating func unlink(_ place: Int32) {
        let entry = entries[Int(place)]
        let level = Int(entry.level)
        if entry.previous >= 0 {
            entries[Int(entry.previous)].next = entry.next
        } else {
            levels[level].first = entry.next
        }
        if entry.next >= 0 {
            entries[Int(entry.next)].previous = entry.previous
        } else {
            levels[level].last = entry.previous
        }
    }

    private mutating func remove(_ place: Int32) {
        unlink(place)
        places[entries[Int(place)].item] = nil
        entries[Int(place)].next = firstFree
        firstFree = place
    }

    private mutating func freePlace(for item: Item) -> Int32 {
        guard firstFree >= 0 else {
            entries.append(Entry(item: item))
            return Int32(entries.count - 1)
        }
        let place = firstFree
        firstFree = entries[Int(place)].next
        entries[Int(place)] = Entry(item: item)
        return place
    }
}
