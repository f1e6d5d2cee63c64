/// Divides receivers into tiers, by when they came and then by what their downlinks take, and plans one tier after the
/// other.
struct TierPlanner {
    private let network: PlanNetwork
    /// When each host came.
    private let joined: [Int]
    private let bytes: Int
    private let unitBytes: Int
    /// What the tiers so far leave of each link.
    private var left: PlanNetwork

    init(_ inputs: PlanInputs) {
        network = inputs.network
        joined = inputs.hosts.map(\.joined)
        left = network
        bytes = inputs.bytes
        unitBytes = inputs.unitBytes
    }

    /// Downlinks that are slower than the rest by no more than one in so many count as equal.
    private static let tolerance = 20
    private static let limit = 16
    /// Trees with less than one part in so many of what the receivers could get are none.
    private static let worthTrees = 50
    /// Help is taken when it makes the fast ones faster by more than one part in so many.
    private static let worthHelp = 50
    /// So many stripes come close enough to what any plan could reach.
    private static let fineStripes = 512

    /// - Returns: the tiers, and what they leave of each host's uplink.
    func tiers() -> (tiers: [PipelinePlan.Tier], left: [Int]) {
        var planner = self
        var tiers: [PipelinePlan.Tier] = []
        var waiting = network.hosts.indices.filter { !network.hosts[$0].isHolder }
        var done = network.hosts.indices.filter { network.hosts[$0].isHolder }
        while !waiting.isEmpty {
            let first = waiting.map { joined[$0] }.min() ?? 0
            let early = waiting.filter { joined[$0] == first }
            let isLast = tiers.count + 1 == Self.limit
            let (group, plan) = planner.next(isLast ? waiting : early, from: done, isLast: isLast)
            // Who got no stripe of this tier waits for the next.
            let helping = group.helping.filter { plan?.stripes(of: $0) ?? 0 > 0 }
            tiers.append(PipelinePlan.Tier(receivers: group.fast + helping, plan: plan))
            let taken = Set(group.fast + helping)
            waiting.removeAll { taken.contains($0) }
            done += group.fast
            if let plan { planner.use(plan) }
        }
        return (tiers, planner.left.hosts.map(\.up))
    }

    /// Who is planned together.
    private struct Group {
        /// They get everything at one rate.
        var fast: [Int]
        /// Their downlinks are slower: they get a part, and relay it.
        var helping: [Int] = []
        /// Bytes per second.
        var rate = 0
    }

    /// The receivers that can all have the rate which the network allows when it serves them alone; or when slower ones,
    /// which can send more than they get, take part as far as their downlinks go, where that gives the fast a better rate.
    private func next(_ waiting: [Int], from done: [Int], isLast: Bool) -> (Group, StripedPlan?) {
        let alone = isLast ? Group(fast: waiting) : fastest(of: waiting, from: done, withHelp: false)
        if alone.fast.count < waiting.count {
            let helped = fastest(of: waiting, from: done, withHelp: true)
            let least = alone.rate + alone.rate / Self.worthHelp
            if helped.rate > least, let plan = plan(helped, from: done), plan.rate > least { return (helped, plan) }
        }
        return (alone, plan(alone, from: done))
    }

    private func fastest(of waiting: [Int], from done: [Int], withHelp: Bool) -> Group {
        var group = Group(fast: waiting)
        while true {
            var free = network(for: group, from: done)
            let most = group.fast.map { network.hosts[$0].down }.max() ?? 0
            for host in group.fast { free.hosts[host].down = PlanNetwork.unlimited }
            group.rate = SlotCount.largestRate(PlanTree(free), stripes: Self.fineStripes) ?? 0
            let needed = min(group.rate, most)
            let kept = group.fast.filter { network.hosts[$0].down >= needed - needed / Self.tolerance }
            if group.rate == 0 || kept.count == group.fast.count { return group }
            if withHelp {
                let slow = Set(group.fast).subtracting(kept)
                group.helping += slow.sorted().filter { left.hosts[$0].up >= left.hosts[$0].down }
            }
            group.fast = kept
        }
    }

    /// Nil when so little is left of the links that waiting for those before is better.
    private func plan(_ group: Group, from done: [Int]) -> StripedPlan? {
        let plan = Planner.plan(network(for: group, from: done), bytes: bytes, unitBytes: unitBytes)
        let least = group.fast.map { network.hosts[$0].down }.min() ?? 0
        return plan.flatMap { $0.rate > least / Self.worthTrees ? $0 : nil }
    }

    /// The network as it is for some receivers, with those that have it before them, and nobody else.
    private func network(for group: Group, from done: [Int]) -> PlanNetwork {
        var network = left
        for host in network.hosts.indices { network.hosts[host].isHolder = true }
        let present = Set(group.fast).union(group.helping).union(done)
        for host in network.hosts.indices where !present.contains(host) { network.hosts[host].up = 0 }
        for host in group.fast { network.hosts[host].isHolder = false }
        for host in group.helping {
            network.hosts[host].isHolder = false
            network.hosts[host].isPartial = true
        }
        return network
    }

    /// Takes away what a plan uses.
    private mutating func use(_ plan: StripedPlan) {
        let share = plan.rate / plan.stripes
        for tree in plan.trees {
            for (host, parent) in tree.parents.enumerated() where parent >= 0 {
                let parent = Int(parent)
                left.hosts[parent].up = max(0, left.hosts[parent].up - share)
                var from = left.hosts[parent].group
                var to = left.hosts[host].group
                while from != to {
                    // Groups are numbered from the outside in: the larger number is the one to leave first.
                    if from > to {
                        left.groups[from].up = max(0, left.groups[from].up - share)
                        from = left.groups[from].parent
                    } else {
                        left.groups[to].down = max(0, left.groups[to].down - share)
                        to = left.groups[to].parent
                    }
                }
            }
        }
    }
}
