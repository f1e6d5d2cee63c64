public import Basics

/// How an image goes from those who hold it to all who want it: one set of trees for each kind of receiver.
///
/// Receivers whose own downlink is below what the others can get are never in all trees of the others, since they would hold
/// them up: they take part in some, or make up a tier of their own, fed from what the tiers before it leave of all links. So
/// do those that came late: what they get first the others have long passed on.
public struct PipelinePlan: Hashable, Sendable {
    /// Receivers of like speed, with slower ones that get a part meanwhile.
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
    /// What the trees leave of each host's uplink.
    private let leftUp: [Int]
    /// When twice as many hosts have everything the others get another deal, since they may lack some stripes whole; not
    /// sooner, since every deal takes what is on its way from one parent to another.
    private let deal: Int

    public init(_ inputs: PlanInputs) {
        self.inputs = inputs
        let (tiers, left) = TierPlanner(inputs).tiers()
        self.tiers = tiers
        leftUp = left
        var tierOfHost = [Int](repeating: -1, count: inputs.hosts.count)
        for (number, tier) in tiers.enumerated() {
            for host in tier.receivers { tierOfHost[host] = number }
        }
        self.tierOfHost = tierOfHost
        let holders = tierOfHost.count { $0 < 0 }
        deal = holders == 0 ? 0 : Int.bitWidth - holders.leadingZeroBitCount - 1
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
        guard let plan = tiers[tier].plan else {
            let senders = leftover(host, stripe: 0)
            guard !senders.isEmpty else { return nil }
            return FetchPlan(
                candidates: [senders], stripeRate: 1, spare: [0], deal: deal, far: far([senders], from: host))
        }
        var spare: Set<Int> = []
        let candidates = plan.trees.enumerated().map { stripe, tree in
            if tree.parents[host] < 0 {
                spare.insert(stripe)
                return leftover(host, stripe: stripe)
            }
            var above: [Int] = []
            var next = Int(tree.parents[host])
            while next >= 0 {
                above.append(next)
                next = Int(tree.parents[next])
            }
            if above.count > Self.standbys {
                above.removeSubrange((Self.standbys - 1)..<(above.count - 1))
            }
            return peers(above)
        }
        let doOthersWait = tier + 1 < tiers.count || hasPartialHosts(tiers[tier])
        let othersWait = spare.isEmpty && doOthersWait && isAmongFastest(host)
        return FetchPlan(
            candidates: candidates, stripeRate: plan.rate / plan.stripes, spare: spare, othersWait: othersWait,
            deal: deal, far: far(candidates, from: host))
    }

    private func far(_ candidates: [[PeerID]], from host: Int) -> Set<PeerID> {
        let own = inputs.hosts[host]
        return Set(candidates.joined()).filter { peer in
            guard let place = inputs.place(of: peer) else { return true }
            return inputs.hosts[place].site != own.site || inputs.hosts[place].rack != own.rack
        }
    }

    /// So many of a tier suffice to serve those that wait, and to have all of them tell would be many news.
    private func isAmongFastest(_ host: Int) -> Bool {
        func up(_ host: Int) -> Int { inputs.hosts[host].up ?? .max }
        let faster = tiers[tierOfHost[host]].receivers.reduce(0) { count, other in
            (up(other), host) > (up(host), other) ? count + 1 : count
        }
        return faster < Self.tellers
    }

    private static let tellers = 64

    private func hasPartialHosts(_ tier: Tier) -> Bool {
        tier.receivers.contains { tier.plan?.stripes(of: $0) ?? 0 < tier.plan?.stripes ?? 0 }
    }

    /// For whom no slot is left in a stripe: those that will have it before and have most of their uplinks left, its own
    /// rack first. They send when none of their children wants anything, until the next plan has them as holders.
    private func leftover(_ host: Int, stripe: Int) -> [PeerID] {
        let own = inputs.hosts[host]
        let tier = tierOfHost[host]
        let others = inputs.hosts.indices.filter { other in
            guard tierOfHost[other] == tier else { return tierOfHost[other] < tier }
            return tiers[tier].plan.map { other != host && $0.stripes(of: other) == $0.stripes } ?? false
        }
        let near = others.filter { inputs.hosts[$0].site == own.site && inputs.hosts[$0].rack == own.rack }
        var from = near.isEmpty ? others : near
        guard !from.isEmpty else { return [] }
        from.sort { (leftUp[$1], $0) < (leftUp[$0], $1) }
        from = Array(from.prefix(Self.standbys + 2))
        let start = (host + stripe) % from.count
        return peers((from[start...] + from[..<start]).prefix(Self.standbys).map { $0 })
    }

    private func peers(_ places: [Int]) -> [PeerID] { places.map { inputs.hosts[$0].peer } }

    /// Candidates of a stripe that an order names.
    private static let standbys = 6
}
