/// Divides receivers into tiers, by when they came and then by what their downlinks take, and plans one tier after the
/// other.
struct TierPlanner {
    private let inputs: PlanInputs
    private let network: PlanNetwork
    private let leastStripes: Int
    /// What the tiers so far leave of each link.
    private var left: PlanNetwork

    init(_ inputs: PlanInputs) {
        self.inputs = inputs
        network = inputs.network
        left = network
        leastStripes = inputs.hasHiddenPlaces ? PipelineLimits.searchingStripes : 1
    }

    /// Downlinks that are slower than the rest by no more than one in so many count as equal.
    private static let tolerance = 20
    private static let limit = 16
    /// Trees with less than one part in so many of what the receivers could get are none.
    private static let worthTrees = 50
    /// Help is taken when who comes off worst gains more than one part in so many.
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
            let first = waiting.map { inputs.hosts[$0].joined }.min() ?? 0
            let early = waiting.filter { inputs.hosts[$0].joined == first }
            let isLast = tiers.count + 1 == Self.limit
            var (group, plan) = planner.next(isLast ? waiting : early, from: done, isLast: isLast)
            if tiers.isEmpty, group.fast.count == early.count, let made = plan {
                plan = AddressRow.plan(inputs, network, receivers: early, insteadOf: made) ?? made
            }
            // Who got no stripe of this tier waits for the next.
            let partial = group.partial.filter { plan?.stripes(of: $0) ?? 0 > 0 }
            tiers.append(PipelinePlan.Tier(receivers: group.fast + partial, plan: plan))
            let taken = Set(group.fast + partial)
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
        var partial: [Int] = []
        var help: Help
        /// Bytes per second.
        var rate = 0
    }

    /// Which of the slower hosts take part in the trees of the fast ones.
    private enum Help {
        case nobody
        /// Who sends at least what it gets: the fast only gain by it.
        case generous
        /// All, as far as their downlinks go: the fast may lose what the others get.
        case everybody
    }

    /// The receivers that can all have the rate which the network allows when it serves them alone; or when slower ones
    /// take part, where that lets those who come off worst come off better.
    private func next(_ waiting: [Int], from done: [Int], isLast: Bool) -> (Group, StripedPlan?) {
        let alone = isLast ? Group(fast: waiting, help: .nobody) : fastest(of: waiting, from: done, help: .nobody)
        let first = (alone, plan(alone, from: done))
        guard alone.fast.count < waiting.count else { return first }
        var choices = [first]
        for help in [Help.generous, .everybody] {
            let group = fastest(of: waiting, from: done, help: help)
            if let plan = plan(group, from: done) { choices.append((group, plan)) }
        }
        let top = choices.reduce(1) { max($0, $1.1?.rate ?? 0) }
        var best = (choice: first, worst: Int.max)
        for choice in choices {
            guard let plan = choice.1 else { continue }
            let worst = worst(plan, choice.0, of: waiting, from: done, top: top)
            if worst < best.worst - best.worst / Self.worthHelp { best = (choice, worst) }
        }
        return best.choice
    }

    /// The largest time of any host over the least that it could have: of the fast ones over what they could have at the
    /// best rate that is known, of the others over what their downlinks take. In thousandths.
    ///
    /// Who is slower gets a part while the fast ones get everything, and the rest after that.
    private func worst(
        _ plan: StripedPlan, _ group: Group, of waiting: [Int], from done: [Int], top: Int
    ) -> Int {
        let planned = Set(group.fast + group.partial)
        let left = waiting.filter { !planned.contains($0) }
        var planner = self
        planner.use(plan)
        let next = left.isEmpty ? nil : planner.fastest(of: left, from: done + group.fast, help: .nobody)
        let isNext = Set(next?.fast ?? [])
        var worst = top * 1000 / plan.rate
        for host in waiting where !group.fast.contains(host) {
            let share = min(network.hosts[host].down, plan.rate) * 1000 / plan.rate
            let got =
                isNext.contains(host)
                ? min(share, (next?.rate ?? 0) * 1000 / plan.rate) : plan.stripes(of: host) * 1000 / plan.stripes
            worst = max(worst, share + 1000 - got)
        }
        return worst
    }

    private func fastest(of waiting: [Int], from done: [Int], help: Help) -> Group {
        var group = Group(fast: waiting, help: help)
        while true {
            var free = network(for: group, from: done)
            let most = group.fast.map { network.hosts[$0].down }.max() ?? 0
            for host in group.fast { free.hosts[host].down = PlanNetwork.unlimited }
            group.rate = SlotCount.largestRate(PlanTree(free), stripes: Self.fineStripes) ?? 0
            let needed = min(group.rate, most)
            let kept = group.fast.filter { network.hosts[$0].down >= needed - needed / Self.tolerance }
            if group.rate == 0 || kept.count == group.fast.count { return group }
            let slow = Set(group.fast).subtracting(kept).sorted()
            switch help {
            case .nobody: break
            case .generous: group.partial += slow.filter { left.hosts[$0].up >= left.hosts[$0].down }
            case .everybody: group.partial += slow
            }
            group.fast = kept
        }
    }

    /// Nil when so little is left of the links that waiting for those before is better.
    private func plan(_ group: Group, from done: [Int]) -> StripedPlan? {
        let network = network(for: group, from: done)
        let plan = Planner.plan(
            network, bytes: inputs.bytes, unitBytes: inputs.unitBytes, leastStripes: leastStripes)
        let least = group.fast.map { network.hosts[$0].down }.min() ?? 0
        return plan.flatMap { $0.rate > least / Self.worthTrees ? $0 : nil }
    }

    /// The network as it is for some receivers, with those that have it before them, and nobody else.
    private func network(for group: Group, from done: [Int]) -> PlanNetwork {
        var network = left
        for host in network.hosts.indices { network.hosts[host].isHolder = true }
        let present = Set(group.fast).union(group.partial).union(done)
        for host in network.hosts.indices where !present.contains(host) { network.hosts[host].up = 0 }
        for host in group.fast { network.hosts[host].isHolder = false }
        for host in group.partial {
            network.hosts[host].isHolder = false
            network.hosts[host].isPartial = true
            network.hosts[host].paysItsWay = group.help != .everybody
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
