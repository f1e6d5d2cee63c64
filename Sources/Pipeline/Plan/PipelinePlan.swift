public import Basics

/// How an image goes from those who hold it to all who want it: one set of trees for each kind of receiver.
///
/// Receivers whose own downlink is below what the others can get are in no tree of the others, since they would hold them
/// up: they make up a tier of their own, fed from what the tiers before it leave of all links. So do those that came late:
/// what they get first the others have long passed on.
public struct PipelinePlan: Hashable, Sendable {
    /// Receivers of like speed.
    public struct Tier: Hashable, Sendable {
        /// Places in the inputs' hosts.
        public let receivers: [Int]
        /// Over all hosts; those of earlier tiers count as holders. Nil when nothing is left for this tier until the ones
        /// before it are done.
        public let plan: StripedPlan?
    }

    public let inputs: PlanInputs
    public let tiers: [Tier]
    /// By host; −1 for holders.
    private let tierOfHost: [Int]

    public init(_ inputs: PlanInputs) {
        self.inputs = inputs
        let tiers = TierPlanner(inputs).tiers()
        self.tiers = tiers
        var tierOfHost = [Int](repeating: -1, count: inputs.hosts.count)
        for (number, tier) in tiers.enumerated() {
            for host in tier.receivers { tierOfHost[host] = number }
        }
        self.tierOfHost = tierOfHost
    }

    /// The most hosts on a way from a holder to a host.
    public var depth: Int { tiers.compactMap(\.plan?.depth).max() ?? 0 }

    /// Nanoseconds until the last host of the first tier has everything.
    public var predictedNanoseconds: Int { tiers.first?.plan?.predictedNanoseconds(bytes: inputs.bytes) ?? 0 }

    /// From whom a peer gets the image: for each stripe its parent, then those above the parent up to a holder.
    ///
    /// Nobody below a peer is ever among them, so no two wait for each other. Nil for who wants
    /// nothing, and when nobody is known to have it.
    public func fetchPlan(for peer: PeerID) -> FetchPlan? {
        guard let host = inputs.place(of: peer), tierOfHost[host] >= 0 else { return nil }
        let tier = tierOfHost[host]
        guard let plan = tiers[tier].plan else { return leftover(host, tier: tier) }
        let candidates = plan.trees.map { tree in
            var above: [Int] = []
            var next = Int(tree.parents[host])
            while next >= 0 {
                above.append(next)
                next = Int(tree.parents[next])
            }
            if above.count > Self.standbys {
                above.removeSubrange((Self.standbys - 1)..<(above.count - 1))
            }
            return above.map { inputs.hosts[$0].peer }
        }
        return FetchPlan(candidates: candidates, stripeRate: plan.rate / plan.stripes)
    }

    /// Candidates of a stripe that an order names.
    private static let standbys = 6

    /// For whom no slot is left: whoever is near and has it before.
    private func leftover(_ host: Int, tier: Int) -> FetchPlan? {
        let own = inputs.hosts[host]
        let others = inputs.hosts.indices.filter { tierOfHost[$0] < tier }
        let near = others.filter { inputs.hosts[$0].site == own.site && inputs.hosts[$0].rack == own.rack }
        let from = near.isEmpty ? others : near
        guard !from.isEmpty else { return nil }
        let start = host % from.count
        let turned = (from[start...] + from[..<start]).prefix(Self.standbys)
        return FetchPlan(candidates: [turned.map { inputs.hosts[$0].peer }], stripeRate: 1)
    }
}
