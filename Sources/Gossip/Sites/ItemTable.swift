/// Which item tells what, of those that a bridge announces of one kind: what is still told keeps its item, and what is new
/// takes one that is free.
struct ItemTable: Sendable {
    private struct Entry: Sendable {
        let key: UInt64
        var body: [UInt8]
    }

    private let kind: RecordKind
    /// Whether each key is told all the time, or only while it is wanted; nil for free items.
    private var entries: [Entry?] = []
    /// What found no free item when it was last asked for.
    private(set) var leftOut = 0

    init(_ kind: RecordKind) { self.kind = kind }

    /// Tells exactly this from now on, each key once; what changed is given to `announce`, an empty body for what is over.
    ///
    /// - Parameter room: how many items there may be.
    mutating func tell(
        _ wanted: [(key: UInt64, body: [UInt8])], room: Int, announce: (RecordKind, UInt8, [UInt8]) -> Void
    ) {
        let keys = Set(wanted.map(\.key))
        for item in entries.indices {
            guard let entry = entries[item], !keys.contains(entry.key) else { continue }
            entries[item] = nil
            announce(kind, UInt8(item), [])
        }
        leftOut = 0
        for (key, body) in wanted {
            if let item = entries.firstIndex(where: { $0?.key == key }) {
                guard entries[item]?.body != body else { continue }
                entries[item] = Entry(key: key, body: body)
                announce(kind, UInt8(item), body)
            } else if let item = freeItem(room) {
                entries[item] = Entry(key: key, body: body)
                announce(kind, UInt8(item), body)
            } else {
                leftOut += 1
            }
        }
    }

    private mutating func freeItem(_ room: Int) -> Int? {
        if let free = entries.firstIndex(where: { $0 == nil }) { return free }
        guard entries.count < room else { return nil }
        entries.append(nil)
        return entries.count - 1
    }
}
