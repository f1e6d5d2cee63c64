/// How often each host and group must be entered and may be left when an image goes out in equal stripes: need and give,
/// counted in slots.
///
/// A slot is room for one stripe, a rate of R/K. A capacity c has floor(c K / R) of them. A host that lacks the image needs
/// one entry in each stripe and gives the slots of its uplink; a group needs what its members cannot give each other and
/// gives what they have left, as far as its own link goes; at the root the gives must cover the needs. One pass from the
/// leaves up tells whether a rate is possible, and only these counts matter: whatever passes can be packed into trees.
///
/// A host that takes part in some stripes only needs as many entries as its downlink has slots, and when it is to pay its
/// way not more than it can give, so that it never costs the others anything.
struct SlotCount {
    let stripes: Int
    let rate: Int
    /// Edges into each node, over all stripes; 0 for the root and for holders.
    private(set) var entries: [Int]
    /// Edges out of each node, at most; of a host: its children.
    private(set) var exits: [Int]
    /// Stripes that the holders in each node can begin, if each begins as many as its uplink allows.
    private(set) var starts: [Int]
    /// Stripes that are wanted in each node.
    private(set) var wants: [Int]

    /// Nil when the rate is too large for the network.
    init?(_ tree: PlanTree, stripes: Int, rate: Int) {
        self.stripes = stripes
        self.rate = rate
        entries = [Int](repeating: 0, count: tree.nodeCount)
        exits = entries
        starts = entries
        wants = entries
        guard count(tree) else { return nil }
    }

    /// The largest rate in whole bytes per second at which the image can go out in so many stripes; nil when there is none.
    static func largestRate(_ tree: PlanTree, stripes: Int) -> Int? {
        var high = tree.holders.reduce(0) { min(PlanNetwork.unlimited, $0 + tree.up[$1]) }
        for host in 0..<tree.hostCount where tree.receivers[host] > 0 { high = min(high, tree.down[host]) }
        guard high > 0, var tried = SlotCount(tree, stripes: stripes, rate: 1) else { return nil }
        if tried.count(tree, rate: high) { return high }
        var low = 1
        // Finer than any measurement; a rate below the largest that is possible is possible too.
        while high - low > max(1, high >> 20) {
            let middle = low + (high - low) / 2
            if tried.count(tree, rate: middle) { low = middle } else { high = middle }
        }
        return low
    }

    private mutating func count(_ tree: PlanTree) -> Bool { count(tree, rate: rate) }

    /// The pass; what it leaves behind is the count only when it says true.
    private mutating func count(_ tree: PlanTree, rate: Int) -> Bool {
        let all = stripes * tree.hostCount
        func slots(_ capacity: Int) -> Int { min(capacity * stripes / rate, all) }
        for node in tree.hostCount..<tree.nodeCount {
            entries[node] = 0
            exits[node] = 0
            starts[node] = 0
            wants[node] = tree.receivers[node] > 0 ? stripes : 0
        }
        for host in 0..<tree.hostCount {
            let isHolder = tree.isHolder[host]
            if tree.receivers[host] > 0, tree.down[host] < rate { return false }
            exits[host] = slots(tree.up[host])
            if tree.partial[host] != nil {
                let most = tree.paysItsWay[host] ? exits[host] : stripes
                entries[host] = min(stripes, slots(tree.down[host]), most)
                if entries[host] == 0 { exits[host] = 0 }
            } else {
                entries[host] = isHolder ? 0 : stripes
            }
            wants[host] = entries[host]
            starts[host] = isHolder ? min(exits[host], stripes) : 0
            add(host, to: tree.parent[host])
        }
        let root = tree.root
        // What can be begun outside a group is known only when all holders are counted.
        let begun = tree.holders.reduce(0) { $0 + starts[$1] }
        guard begun >= stripes || tree.receivers[root] == 0 else { return false }
        for node in (root..<tree.nodeCount).reversed() {
            let needs = entries[node]
            let gives = exits[node]
            if node == root { return needs <= gives }
            let outside = tree.receivers[root] - tree.receivers[node]
            let out = outside > 0 ? max(0, stripes - (begun - starts[node])) : 0
            let lacked = max(0, wants[node] - starts[node])
            let enters = max(lacked, needs + out - gives)
            guard enters <= slots(tree.down[node]) else { return false }
            let leaves = min(slots(tree.up[node]), gives - needs + enters)
            guard leaves >= out else { return false }
            entries[node] = enters
            exits[node] = leaves
            add(node, to: tree.parent[node])
        }
        return true
    }

    private mutating func add(_ node: Int, to group: Int) {
        entries[group] += entries[node]
        exits[group] += exits[node]
        starts[group] += starts[node]
        wants[group] = max(wants[group], wants[node])
    }

    /// Whether a host takes part in a stripe.
    func isIn(_ stripe: Int, _ host: Int, _ tree: PlanTree) -> Bool {
        guard let place = tree.partial[host] else { return true }
        // Hosts begin at different stripes, those of one group at the same.
        let offset = place * 7 % stripes
        return (stripe - offset + stripes) % stripes < entries[host]
    }
}
