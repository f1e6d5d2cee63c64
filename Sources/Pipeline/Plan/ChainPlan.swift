public import Basics

/// One peer as the plan sees it.
public struct PlanMember: Hashable, Sendable {
    public let peer: PeerID
    public let site: String
    public let rack: String

    public init(peer: PeerID, site: String, rack: String) {
        self.peer = peer
        self.site = site
        self.rack = rack
    }
}

/// The order in which an image passes from peer to peer: a chain that starts at the source.
///
/// Every peer that has the same inputs derives the same chain. Members of one rack are neighbours, and so are the racks
/// of one site, so that each shared link is crossed once; the source's own rack and site come first.
public struct ChainPlan: Hashable, Sendable {
    /// The source, then the targets.
    public let order: [PeerID]

    /// - Parameters:
    ///   - source: who holds the image.
    ///   - targets: who shall hold it; the source among them and repetitions are ignored.
    public init(source: PlanMember, targets: [PlanMember]) {
        var seen: Set<PeerID> = [source.peer]
        let distinct = targets.filter { seen.insert($0.peer).inserted }
        let sorted = distinct.sorted { a, b in
            ChainPlan.key(a, source) < ChainPlan.key(b, source)
        }
        order = [source.peer] + sorted.map(\.peer)
    }

    /// A chain somebody else derived, as an install order carries it.
    public init(order: [PeerID]) {
        self.order = order
    }

    /// Whom a target asks, best first: its predecessor, the one before it, and so on to the source.
    ///
    /// A peer behind it in the chain is never a candidate, so no two peers can wait for each other.
    public func candidates(for peer: PeerID) -> [PeerID] {
        guard let place = order.firstIndex(of: peer) else { return order.first.map { [$0] } ?? [] }
        return order[..<place].reversed()
    }

    /// Whom the target at a place of a whole chain asks, best first, when its order names only an excerpt.
    public func candidates(at place: Int) -> [PeerID] {
        Array(excerptPlaces(at: place).map { order[$0] }.reversed())
    }

    /// The part of the chain that one target needs to know: the source, some of the peers before it, and itself.
    ///
    /// The nearest peers are all in it and farther ones at growing distances, so that an order stays small however long
    /// the chain is, and a target finds a parent when many of its neighbours die.
    public func excerpt(for peer: PeerID) -> ChainPlan {
        guard let place = order.firstIndex(of: peer) else { return ChainPlan(order: Array(order) + [peer]) }
        return ChainPlan(order: excerptPlaces(at: place).map { order[$0] } + [peer])
    }

    /// The places that the excerpt of a target names: all near ones, then growing distances, and the source.
    private func excerptPlaces(at place: Int) -> [Int] {
        guard place > PipelineLimits.nearestCandidates else { return Array(0..<place) }
        var places = Array((place - PipelineLimits.nearestCandidates)..<place)
        var distance = PipelineLimits.nearestCandidates + PipelineLimits.nearestCandidates / 2
        while distance < place {
            places.append(place - distance)
            distance += distance / 2
        }
        places.append(0)
        return Set(places).sorted()
    }

    private static func key(_ member: PlanMember, _ source: PlanMember) -> PlanKey {
        PlanKey(
            foreignSite: member.site != source.site, site: member.site,
            foreignRack: member.rack != source.rack, rack: member.rack, peer: member.peer)
    }
}

/// The sort key of a chain: own site before others, own rack before others, then names and keys.
private struct PlanKey: Comparable {
    let foreignSite: Bool
    let site: String
    let foreignRack: Bool
    let rack: String
    let peer: PeerID

    static func < (a: PlanKey, b: PlanKey) -> Bool {
        if a.foreignSite != b.foreignSite { return !a.foreignSite }
        if a.site != b.site { return a.site < b.site }
        if a.foreignRack != b.foreignRack { return !a.foreignRack }
        if a.rack != b.rack { return a.rack < b.rack }
        return a.peer < b.peer
    }
}
