public import Basics

/// From whom one peer gets an image: for each stripe the peers to ask, best first.
public struct FetchPlan: Hashable, Sendable {
    /// By stripe: the parent, then those that stand by.
    public var candidates: [[PeerID]]
    /// Bytes per second of one stripe.
    public var stripeRate: Int

    /// - Parameter candidates: 1 to ``PipelineLimits/stripes`` lists.
    public init(candidates: [[PeerID]], stripeRate: Int = PipelineLimits.usualRate) {
        precondition(
            !candidates.isEmpty && candidates.count <= PipelineLimits.stripes, "so many stripes are never planned")
        self.candidates = candidates
        self.stripeRate = max(1, stripeRate)
    }

    /// All from one parent.
    public init(from peers: [PeerID]) { self.init(candidates: [peers]) }

    public var stripes: Int { candidates.count }
}
