import HeapModule

/// Grows one stripe's tree, always at the slot that is free first: slot j of a host is free when the host has been
/// attached for the time of j units on its uplink.
///
/// A slot leaves its group while the group keeps another one (or needs none to go on growing), and goes to the fastest
/// member that has slots itself; members without slots come when those are in. So no tree runs dry before it is whole.
struct StripeGrowth {
    private let tree: PlanTree
    /// Nanoseconds of one unit on each node's links.
    private let unitUp: [Int]
    private let unitDown: [Int]
    /// What is left, by node.
    private var entries: [Int]
    private var exits: [Int]
    /// By group: slots of entered members, members with slots that are not entered, edges between members; each what is left.
    private var free: [Int]
    private var closed: [Int]
    private var local: [Int]
    private var entered: [Bool]
    /// Until when each group's links carry what crossed them.
    private var upBusy: [Int]
    private var downBusy: [Int]
    /// How far the search through each group's members has come: for those with slots, and for others from both ends.
    private var interior: [Int]
    private var leaf: [Int]
    private var lastLeaf: [Int]
    private var queue = Heap<FreeSlot>()
    private var waiting: [FreeSlot] = []
    private var left: Int
    private(set) var parent: [Int32]
    /// Nanoseconds from the start until a host gets its first unit.
    private(set) var attached: [Int]
    /// Hosts in the order in which they came in, holders first.
    private(set) var order: [Int] = []

    init(_ tree: PlanTree, _ budget: StripeBudget, stripe: Int, unitBytes: Int) {
        self.tree = tree
        unitUp = tree.up.map { unitBytes * 1_000_000_000 / max(1, $0) }
        unitDown = tree.down.map { unitBytes * 1_000_000_000 / max(1, $0) }
        let stripes = budget.stripes
        entries = (0..<tree.nodeCount).map { Int(budget.entries[$0 * stripes + stripe]) }
        exits = (0..<tree.nodeCount).map { Int(budget.exits[$0 * stripes + stripe]) }
        free = [Int](repeating: 0, count: tree.groupCount)
        closed = free
        local = free
        upBusy = free
        downBusy = free
        interior = free
        leaf = free
        lastLeaf = tree.members.map { $0.count - 1 }
        entered = [Bool](repeating: false, count: tree.nodeCount)
        parent = [Int32](repeating: -1, count: tree.hostCount)
        attached = [Int](repeating: 0, count: tree.hostCount)
        left = entries[..<tree.hostCount].reduce(0, +)
        for group in 0..<tree.groupCount {
            let members = tree.members[group]
            closed[group] = members.reduce(0) { exits[$1] > 0 ? $0 + 1 : $0 }
            let inside = members.reduce(0) { $0 + entries[$1] }
            local[group] = group == 0 ? inside : inside - entries[tree.hostCount + group]
        }
    }

    /// False when the tree could not be finished.
    mutating func grow() -> Bool {
        for holder in tree.holders where exits[holder] > 0 { attach(holder, to: -1, at: 0) }
        while left > 0 {
            guard let slot = queue.popMin() else { return false }
            guard let (host, at) = use(slot) else {
                waiting.append(slot)
                continue
            }
            attach(host, to: slot.host, at: at)
            if exits[slot.host] > 0 { offer(slot.host, number: slot.number + 1, after: slot.at) }
            for other in waiting {
                queue.insert(FreeSlot(at: max(other.at, slot.at), host: other.host, number: other.number))
            }
            waiting.removeAll(keepingCapacity: true)
        }
        return true
    }

    private mutating func offer(_ host: Int, number: Int, after: Int) {
        queue.insert(FreeSlot(at: after + unitUp[host], host: host, number: number))
    }

    /// A host is in, and with it the groups around it that were not.
    private mutating func attach(_ host: Int, to sender: Int, at: Int) {
        parent[host] = Int32(sender)
        attached[host] = at
        order.append(host)
        if !tree.isHolder[host] { left -= 1 }
        if exits[host] > 0 { offer(host, number: 1, after: at + (sender < 0 ? 0 : PipelineLimits.hopNanoseconds)) }
        var node = host
        while !entered[node] {
            entered[node] = true
            guard node != tree.root else { return }
            let group = tree.parent[node]
            if exits[node] > 0 {
                free[group - tree.hostCount] += exits[node]
                closed[group - tree.hostCount] -= 1
            }
            node = group
        }
    }

    /// Finds a host for a free slot, as far out as the slot may go; nil when it has to wait for others.
    private mutating func use(_ slot: FreeSlot) -> (host: Int, at: Int)? {
        // The groups that it may leave.
        var steps = [slot.host]
        while let node = steps.last {
            let group = tree.parent[node]
            guard group != tree.root, exits[group] > 0, mayLeave(group) else { break }
            steps.append(group)
        }
        while let node = steps.last {
            let group = tree.parent[node]
            if let member = target(in: group, for: node) {
                var at = slot.at
                for step in steps {
                    exits[step] -= 1
                    free[tree.parent[step] - tree.hostCount] -= 1
                    if step >= tree.hostCount { at = Self.cross(&upBusy[step - tree.hostCount], unitUp[step], at) }
                }
                local[group - tree.hostCount] -= 1
                return enter(member, at)
            }
            steps.removeLast()
        }
        return nil
    }

    private func mayLeave(_ group: Int) -> Bool {
        let group = group - tree.hostCount
        return free[group] >= 2 || closed[group] == 0 || local[group] == 0
    }

    /// When a unit that was whole at `at` has crossed a link; it is on its way through while it still enters.
    private static func cross(_ busy: inout Int, _ unit: Int, _ at: Int) -> Int {
        let begin = max(at - unit, busy)
        busy = begin + unit
        return max(at, busy)
    }

    /// The member of a group that a slot inside it goes to.
    private mutating func target(in group: Int, for node: Int) -> Int? {
        let place = group - tree.hostCount
        guard local[place] > 0 else { return nil }
        if let member = nextInterior(place) { return member }
        guard closed[place] == 0 || free[place] >= 2 else { return nil }
        return nextLeaf(place) ?? again(place, except: node)
    }

    /// Goes down into a member until a host is found.
    private mutating func enter(_ member: Int, _ at: Int) -> (host: Int, at: Int)? {
        var node = member
        var at = at
        while true {
            entries[node] -= 1
            guard node >= tree.hostCount else { return (node, at) }
            let place = node - tree.hostCount
            at = Self.cross(&downBusy[place], unitDown[node], at)
            let next: Int?
            if entered[node] {
                // What comes in a second time goes to who has no children, the slowest first.
                next = nextLastLeaf(place) ?? nextInterior(place) ?? again(place, except: -1)
            } else {
                next = nextInterior(place) ?? nextLeaf(place)
            }
            guard let next else { return nil }
            node = next
        }
    }

    private mutating func nextInterior(_ group: Int) -> Int? {
        let members = tree.members[group]
        while interior[group] < members.count {
            let member = members[interior[group]]
            if !entered[member], exits[member] > 0, entries[member] > 0 { return member }
            interior[group] += 1
        }
        return nil
    }

    private mutating func nextLeaf(_ group: Int) -> Int? {
        let members = tree.members[group]
        while leaf[group] < members.count {
            let member = members[leaf[group]]
            if !entered[member], exits[member] == 0, entries[member] > 0 { return member }
            leaf[group] += 1
        }
        return nil
    }

    private mutating func nextLastLeaf(_ group: Int) -> Int? {
        let members = tree.members[group]
        while lastLeaf[group] >= 0 {
            let member = members[lastLeaf[group]]
            if !entered[member], exits[member] == 0, entries[member] > 0 { return member }
            lastLeaf[group] -= 1
        }
        return nil
    }

    /// A member group that has to be entered once more.
    private func again(_ group: Int, except node: Int) -> Int? {
        tree.members[group].first { $0 >= tree.hostCount && $0 != node && entries[$0] > 0 }
    }
}

/// A slot and when it is free.
private struct FreeSlot: Comparable {
    let at: Int
    let host: Int
    let number: Int

    static func < (a: FreeSlot, b: FreeSlot) -> Bool { (a.at, a.host) < (b.at, b.host) }
}
