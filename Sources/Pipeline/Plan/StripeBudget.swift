/// The counts of ``SlotCount`` given out to the single stripes: how often each node is entered and left in each.
struct StripeBudget {
    let count: SlotCount
    /// Places `node * stripes + stripe`.
    private(set) var entries: [Int32]
    private(set) var exits: [Int32]
    /// Stripes that holders inside a node can begin, and those that they have to, because nobody else does.
    private var begins: [Bool]
    private var mustBegin: [Bool]

    var stripes: Int { count.stripes }

    /// Nil when the counts cannot be given out, which happens to no network with one holder.
    init?(_ tree: PlanTree, _ count: SlotCount) {
        self.count = count
        entries = [Int32](repeating: 0, count: tree.nodeCount * count.stripes)
        exits = entries
        begins = [Bool](repeating: false, count: entries.count)
        mustBegin = begins
        for stripe in 0..<count.stripes { mustBegin[tree.root * count.stripes + stripe] = true }
        setBegins(tree)
        setEntries(tree)
        for group in tree.hostCount..<tree.nodeCount {
            guard setExits(tree, of: group) else { return nil }
        }
    }

    /// Holders take turns in beginning stripes.
    private mutating func setBegins(_ tree: PlanTree) {
        var next = 0
        for holder in tree.holders {
            for _ in 0..<count.starts[holder] {
                var node = holder
                while true {
                    begins[node * stripes + next] = true
                    if node == tree.root { break }
                    node = tree.parent[node]
                }
                next = (next + 1) % stripes
            }
        }
    }

    private mutating func setEntries(_ tree: PlanTree) {
        for host in 0..<tree.hostCount where !tree.isHolder[host] {
            for stripe in 0..<stripes where count.isIn(stripe, host, tree) { entries[host * stripes + stripe] = 1 }
        }
        for group in (tree.hostCount + 1..<tree.nodeCount).reversed() {
            var left = count.entries[group]
            var own = [Int](repeating: 0, count: stripes)
            let most = (0..<stripes).map { stripe in
                tree.members(of: group).reduce(0) { $0 + Int(entries[$1 * stripes + stripe]) }
            }
            for stripe in 0..<stripes where most[stripe] > 0 && !begins[group * stripes + stripe] {
                own[stripe] = 1
                left -= 1
            }
            left = max(0, left)
            for stripe in 0..<stripes { own[stripe] += left / stripes }
            let rest = left % stripes
            // Groups begin at different stripes, so that their rests do not fall together.
            let offset = (group - tree.hostCount) * 7 % stripes
            for number in 0..<rest { own[(number * stripes / rest + offset) % stripes] += 1 }
            Self.fit(&own, within: most)
            for stripe in 0..<stripes { entries[group * stripes + stripe] = Int32(own[stripe]) }
        }
    }

    /// Every entry of a group is one of a member: what is too much in one stripe goes to others.
    private static func fit(_ own: inout [Int], within most: [Int]) {
        for stripe in own.indices where own[stripe] > most[stripe] {
            for other in own.indices where own[stripe] > most[stripe] {
                let moved = min(own[stripe] - most[stripe], max(0, most[other] - own[other]))
                own[other] += moved
                own[stripe] -= moved
            }
        }
    }

    private mutating func setExits(_ tree: PlanTree, of group: Int) -> Bool {
        let members = tree.members(of: group)
        let isRoot = group == tree.root
        let needs = (0..<stripes).map { stripe in
            let inside = members.reduce(0) { $0 + Int(entries[$1 * stripes + stripe]) }
            guard !isRoot else { return inside }
            return inside - Int(entries[group * stripes + stripe]) + Int(exits[group * stripes + stripe])
        }
        guard needs.allSatisfy({ $0 >= 0 }) else { return false }
        var wheel = StripeWheel(
            slots: members.map { count.exits[$0] }, rates: members.map { tree.up[$0] }, needs: needs)
        for stripe in 0..<stripes where needs[stripe] > 0 {
            let place = group * stripes + stripe
            guard mustBegin[place] || (!isRoot && entries[place] == 0) else { continue }
            let candidates = members.indices.filter { begins[members[$0] * stripes + stripe] }
            guard let chosen = wheel.reserve(stripe: stripe, among: candidates) else { return false }
            mustBegin[members[chosen] * stripes + stripe] = true
        }
        // Who is not entered in a stripe has nothing to give there.
        for (place, member) in members.enumerated() where count.starts[member] == 0 && tree.receivers[member] == 0 {
            wheel.give(member: place, to: (0..<stripes).filter { entries[member * stripes + $0] > 0 })
        }
        guard wheel.turn() else { return false }
        for (place, member) in members.enumerated() {
            for stripe in 0..<stripes { exits[member * stripes + stripe] = wheel.given[place * stripes + stripe] }
        }
        return true
    }
}
