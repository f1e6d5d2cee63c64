public import Basics

/// From whom one peer gets an image: for each stripe the peers to ask, best first.
public struct FetchPlan: Hashable, Sendable {
    /// By stripe: the parent, then those that stand by.
    public var candidates: [[PeerID]]
    /// Bytes per second of one stripe.
    public var stripeRate: Int
    /// Stripes for which no link has room until others are done: their parents send them when nobody else wants anything.
    public var spare: Set<Int>
    /// Slower ones wait for those that have everything: then there is a better plan for them.
    public var othersWait: Bool
    /// Which deal of chunks to stripes is meant: see ``StripeMap``.
    public var deal: Int
    /// Candidates behind links that this peer's rack or site shares with others.
    public var far: Set<PeerID>

    /// - Parameter candidates: 1 to ``PipelineLimits/stripes`` lists.
    public init(
        candidates: [[PeerID]], stripeRate: Int = PipelineLimits.usualRate, spare: Set<Int> = [],
        othersWait: Bool = false, deal: Int = 0, far: Set<PeerID> = []
    ) {
        precondition(
            !candidates.isEmpty && candidates.count <= PipelineLimits.stripes, "so many stripes are never planned")
        self.candidates = candidates
        self.stripeRate = max(1, stripeRate)
        self.spare = spare
        self.othersWait = othersWait
        self.deal = deal
        self.far = far
    }

    /// All from one parent.
    public init(from peers: [PeerID]) { self.init(candidates: [peers]) }

    /// Whom to ask for the manifest, best first: slices cannot be checked before it is here, so it shall not come hop by hop
    /// down a long tree.
    ///
    /// A stripe's candidates are those above this peer, so the shortest list leads to a holder over the fewest hops; where all
    /// are long, a peer some hops up is asked instead of the parent. Not over links that others need, when that can be.
    public var manifestPeers: [PeerID] {
        guard let shortest = candidates.filter({ !$0.isEmpty }).min(by: { $0.count < $1.count }) else { return [] }
        let near = shortest.prefix { !far.contains($0) }.prefix(Self.manifestHops)
        let first = shortest.count > Self.manifestHops ? near.last ?? shortest[0] : shortest[0]
        var seen: Set<PeerID> = []
        return ([first] + shortest + candidates.compactMap(\.first)).filter { seen.insert($0).inserted }
    }

    private static let manifestHops = 5

    public var stripes: Int { candidates.count }

    /// Bytes per second that the plan has for this peer.
    public var rate: Int { stripeRate * (stripes - spare.count) }
}
