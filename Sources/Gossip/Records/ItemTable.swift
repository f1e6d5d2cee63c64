/// Which item tells what, of those that a peer announces of one kind: what is still told keeps its item, and what is new
/// takes one that is free.
struct ItemTable<Key: Hashable & Sendable>: Sendable {
    /// What to announce; an empty body withdraws.
    struct Change: Sendable {
        let item: UInt8
        let body: [UInt8]
    }

    private struct Entry: Sendable {
        let key: Key
        let body: [UInt8]
    }

    /// By item; nil for free ones.
    private var entries: [Entry?] = []
    /// How much found no free item when it was last told.
    private(set) var leftOut = 0

    /// By item; nil for what is not told.
    var bodies: [[UInt8]?] { entries.map { $0?.body } }

    /// Tells exactly this from now on, each key once.
    ///
    /// - Parameter room: how many items there may be.
    mutating func tell(_ wanted: [(key: Key, body: [UInt8])], room: Int) -> [Change] {
        let before = bodies
        let keys = Set(wanted.map(\.key))
        for item in entries.indices {
            if let entry = entries[item], !keys.contains(entry.key) { entries[item] = nil }
        }
        leftOut = 0
        for (key, body) in wanted {
            if let item = entries.firstIndex(where: { $0?.key == key }) ?? freeItem(room) {
                entries[item] = Entry(key: key, body: body)
            } else {
                leftOut += 1
            }
        }
        return entries.indices.compactMap { item in
            let body = entries[item]?.body
            let last = item < before.count ? before[item] : nil
            return body == last ? nil : Change(item: UInt8(item), body: body ?? [])
        }
    }

    private mutating func freeItem(_ room: Int) -> Int? {
        if let free = entries.firstIndex(where: { $0 == nil }) { return free }
        guard entries.count < room else { return nil }
        entries.append(nil)
        return entries.count - 1
    }
}
