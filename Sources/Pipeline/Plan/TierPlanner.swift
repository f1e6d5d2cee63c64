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
    /// So many stripes come close enough to what any plan could reach.
    private static let fineStripes = 512

    func tiers() -> [PipelinePlan.Tier] {
        var planner = self
        var tiers: [PipelinePlan.Tier] = []
        var waiting = network.hosts.indices.filter { !network.hosts[$0].isHolder }
        var done = network.hosts.indices.filter { network.hosts[$0].isHolder }
        while !waiting.isEmpty {
            let first = waiting.map { joined[$0] }.min() ?? 0
            let early = waiting.filter { joined[$0] == first }
            let fast = tiers.count + 1 < Self.limit ? planner.fastest(of: early, from: done) : waiting
            let plan = planner.plan(fast, from: done)
            tiers.append(PipelinePlan.Tier(receivers: fast, plan: plan))
            let taken = Set(fast)
            waiting.removeAll { taken.contains($0) }
            done += fast
            if let plan { planner.use(plan) }
        }
        return tiers
    }

    /// The receivers that can all have the rate which the network allows when it serves them alone.
    private func fastest(of waiting: [Int], from done: [Int]) -> [Int] {
        var fast = waiting
        while true {
            var free = network(for: fast, from: done)
            let most = fast.map { network.hosts[$0].down }.max() ?? 0
            for host in fast { free.hosts[host].down = PlanNetwork.unlimited }
            guard let rate = SlotCount.largestRate(PlanTree(free), stripes: Self.fineStripes) else { return fast }
            let needed = min(rate, most)
            let kept = fast.filter { network.hosts[$0].down >= needed - needed / Self.tolerance }
            if kept.count == fast.count { return fast }
            fast = kept
        }
    }

    private func plan(_ receivers: [Int], from done: [Int]) -> StripedPlan? {
        Planner.plan(network(for: receivers, from: done), bytes: bytes, unitBytes: unitBytes)
    }

    /// The network as it is for some receivers, with those that have it before them, and nobody else.
    private func network(for receivers: [Int], from done: [Int]) -> PlanNetwork {
        var network = left
        for host in network.hosts.indices { network.hosts[host].isHolder = true }
        let present = Set(receivers).union(done)
        for host in network.hosts.indices where !present.contains(host) { network.hosts[host].up = 0 }
        for host in receivers { network.hosts[host].isHolder = false }
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
