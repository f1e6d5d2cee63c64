/// Makes the trees for a network: the largest rate that can be packed, with as many stripes as are worth their fill.
///
/// A pure function of integers: peers with the same inputs derive the same plan.
public enum Planner {
    /// The numbers of stripes that are tried.
    static let stripeCounts = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32]

    /// The plan that is predicted to have everybody done first; the one with fewer stripes when they are equal within 0.5 %.
    ///
    /// - Parameters:
    ///   - bytes: what a host without anything has to get.
    ///   - unitBytes: what is forwarded as a whole.
    ///   - leastStripes: at most 32.
    /// - Returns: nil when there is no holder, or some host can get nothing.
    public static func plan(
        _ network: PlanNetwork, bytes: Int, unitBytes: Int, leastStripes: Int = 1
    ) -> StripedPlan? {
        let tree = PlanTree(network)
        var best: StripedPlan?
        for stripes in stripeCounts where stripes >= leastStripes {
            guard let made = plan(tree, stripes: stripes, unitBytes: unitBytes) else { continue }
            guard let known = best else {
                best = made
                continue
            }
            if cost(made, tree, bytes) < cost(known, tree, bytes) / 1000 * 995 { best = made }
        }
        return best.map { eased($0, network, bytes: bytes, unitBytes: unitBytes) }
    }

    /// The same plan with links that are not full, as far as that costs nothing.
    ///
    /// A plan that fills two links of a way at once cannot make up for the smallest gap in either. So whatever is not the
    /// bottleneck is planned as if it were slower: the uplinks of hosts, then the links of groups.
    private static func eased(
        _ plan: StripedPlan, _ network: PlanNetwork, bytes: Int, unitBytes: Int
    ) -> StripedPlan {
        var best = plan
        var network = network
        let latest = plan.predictedNanoseconds(bytes: bytes) / 1000 * 1005
        for ease in [easeHosts, easeGroups] {
            var tried = network
            ease(&tried)
            let tree = PlanTree(tried)
            guard let made = Self.plan(tree, stripes: plan.stripes, unitBytes: unitBytes),
                made.predictedNanoseconds(bytes: bytes) <= latest
            else { continue }
            best = made
            network = tried
        }
        return best
    }

    private static func easeHosts(_ network: inout PlanNetwork) {
        for host in network.hosts.indices { network.hosts[host].up = eased(network.hosts[host].up) }
    }

    private static func easeGroups(_ network: inout PlanNetwork) {
        for group in network.groups.indices {
            network.groups[group].up = eased(network.groups[group].up)
            network.groups[group].down = eased(network.groups[group].down)
        }
    }

    private static func eased(_ rate: Int) -> Int { rate - rate / 8 }

    /// The time of the last host, longer by the largest share of the image that a host could get at the same time and does
    /// not, since its downlink has room for part of a stripe.
    private static func cost(_ plan: StripedPlan, _ tree: PlanTree, _ bytes: Int) -> Int {
        let time = plan.predictedNanoseconds(bytes: bytes)
        let lost = tree.partial.keys.map { host in
            min(1000, tree.down[host] * 1000 / plan.rate) - plan.stripes(of: host) * 1000 / plan.stripes
        }
        return time / 1000 * (1000 + max(0, lost.max() ?? 0))
    }

    /// The plan with so many stripes; nil as above.
    public static func plan(_ network: PlanNetwork, stripes: Int, unitBytes: Int) -> StripedPlan? {
        plan(PlanTree(network), stripes: stripes, unitBytes: unitBytes)
    }

    private static func plan(_ tree: PlanTree, stripes: Int, unitBytes: Int) -> StripedPlan? {
        guard var rate = SlotCount.largestRate(tree, stripes: stripes) else { return nil }
        for _ in 0..<attempts {
            if let plan = plan(tree, stripes: stripes, rate: rate, unitBytes: unitBytes) { return plan }
            rate -= max(1, rate / 32)
            guard rate > 0 else { return nil }
        }
        return nil
    }

    /// With one holder the first attempt has always been enough; with several a rate may pass that cannot be packed.
    private static let attempts = 16

    private static func plan(_ tree: PlanTree, stripes: Int, rate: Int, unitBytes: Int) -> StripedPlan? {
        guard let count = SlotCount(tree, stripes: stripes, rate: rate), let budget = StripeBudget(tree, count) else {
            return nil
        }
        var growths: [StripeGrowth] = []
        for stripe in 0..<stripes {
            var growth = StripeGrowth(tree, budget, stripe: stripe, unitBytes: unitBytes)
            guard growth.grow() else { return nil }
            growths.append(growth)
        }
        return StripedPlan(growths, rate: rate, tree: tree, unitBytes: unitBytes)
    }
}
