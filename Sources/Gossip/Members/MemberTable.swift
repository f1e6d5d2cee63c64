import Basics

/// The other peers in the order of their names, found by binary search; no hash order can reach an output.
struct MemberTable: Sendable {
    private(set) var rows: [Member] = []
    /// How many are alive or suspect.
    private(set) var presentCount = 0
    /// What the present ones hold, for comparing views.
    private(set) var parts = DigestParts()

    init() {}

    /// Members that are in the order of their names, each once.
    init(sorted rows: [Member], parts: DigestParts) {
        self.rows = rows
        self.parts = parts
        presentCount = rows.count { $0.state.isPresent }
    }

    var count: Int { rows.count }

    func index(of id: PeerID) -> Int? {
        let index = lowerBound(id)
        return index < rows.count && rows[index].id == id ? index : nil
    }

    /// The index of the first row whose name is not before `id`.
    func lowerBound(_ id: PeerID) -> Int {
        var low = 0
        var high = rows.count
        while low < high {
            let middle = (low + high) / 2
            if rows[middle].id < id { low = middle + 1 } else { high = middle }
        }
        return low
    }

    subscript(id: PeerID) -> Member? { index(of: id).map { rows[$0] } }

    /// Changes what is only ours to know of a row: answers, addresses, round trips.
    mutating func note<Result>(at index: Int, _ body: (inout Member) -> Result) -> Result {
        body(&rows[index])
    }

    /// Changes state, incarnation or records of a row, in place.
    mutating func update<Result>(at index: Int, _ body: (inout Member) -> Result) -> Result {
        let id = rows[index].id
        let wasPresent = rows[index].state.isPresent
        let before = rows[index].fingerprint
        let result = body(&rows[index])
        parts.remove(before, of: id)
        parts.add(rows[index].fingerprint, of: id)
        presentCount += (rows[index].state.isPresent ? 1 : 0) - (wasPresent ? 1 : 0)
        return result
    }

    /// Adds a member that is not in the table.
    mutating func insert(_ member: Member) {
        // By an eighth at a time: doubling would leave a quarter of a large table unused on average.
        if rows.count == rows.capacity { rows.reserveCapacity(rows.count + max(16, rows.count / 8)) }
        rows.insert(member, at: lowerBound(member.id))
        parts.add(member.fingerprint, of: member.id)
        if member.state.isPresent { presentCount += 1 }
    }

    mutating func remove(at index: Int) -> Member {
        let member = rows.remove(at: index)
        parts.remove(member.fingerprint, of: member.id)
        if member.state.isPresent { presentCount -= 1 }
        return member
    }

    /// Up to `count` different random members that fit, without walking large tables.
    func pick(_ count: Int, using random: inout RandomSource, where fits: (Member) -> Bool) -> PickedRows {
        var picked = PickedRows()
        let count = min(count, PickedRows.limit)
        if rows.count <= MemberTable.walkedRows {
            // A reservoir (J. S. Vitter, "Random sampling with a reservoir", 1985, algorithm R).
            var seen = 0
            for index in rows.indices where fits(rows[index]) {
                seen += 1
                if picked.count < count {
                    picked.append(index)
                } else {
                    let place = Int.random(in: 0..<seen, using: &random)
                    if place < count { picked[place] = index }
                }
            }
            return picked
        }
        for _ in 0..<count * MemberTable.triesPerPick where picked.count < count {
            let index = Int.random(in: rows.indices, using: &random)
            if !picked.contains(index), fits(rows[index]) { picked.append(index) }
        }
        return picked
    }

    private static let walkedRows = 64
    private static let triesPerPick = 16
}
