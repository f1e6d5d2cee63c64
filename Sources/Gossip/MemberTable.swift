import Basics

/// The other peers in the order of their names, found by binary search; no hash order can reach an output.
struct MemberTable: Sendable {
    private(set) var rows: [Member] = []
    /// How many are alive or suspect.
    private(set) var presentCount = 0

    init() {}

    /// Members that are in the order of their names, each once.
    init(sorted rows: [Member]) {
        self.rows = rows
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

    /// Changes one row in place.
    mutating func update<Result>(at index: Int, _ body: (inout Member) -> Result) -> Result {
        let was = rows[index].state.isPresent
        let result = body(&rows[index])
        presentCount += (rows[index].state.isPresent ? 1 : 0) - (was ? 1 : 0)
        return result
    }

    /// Adds a member that is not in the table.
    mutating func insert(_ member: Member) {
        rows.insert(member, at: lowerBound(member.id))
        if member.state.isPresent { presentCount += 1 }
    }

    mutating func remove(at index: Int) -> Member {
        let member = rows.remove(at: index)
        if member.state.isPresent { presentCount -= 1 }
        return member
    }

    /// Up to `count` different random members that fit, without walking large tables.
    func pick(_ count: Int, using random: inout RandomSource, where fits: (Member) -> Bool) -> [Int] {
        var picked: [Int] = []
        if rows.count <= MemberTable.walkedRows {
            picked = rows.indices.filter { fits(rows[$0]) }
            picked.shuffle(using: &random)
            return Array(picked.prefix(count))
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
