public import Basics

/// The order in which partners are asked: near ones first, since what lies between must not be the limit, and among
/// those the faster half first, as far as that is known.
public struct PartnerOrder: Sendable {
    /// A host that could take part.
    public struct Candidate: Hashable, Sendable {
        public var peer: PeerID
        public var isSameSite: Bool
        public var isSameRack: Bool
        /// The forecast of the direction that it would use.
        public var rate: BitRate?

        public init(peer: PeerID, isSameSite: Bool, isSameRack: Bool, rate: BitRate?) {
            self.peer = peer
            self.isSameSite = isSameSite
            self.isSameRack = isSameRack
            self.rate = rate
        }
    }

    /// - Returns: peers in a random order within each class; at most four for each that a burst can use.
    public static func order(_ candidates: [Candidate], using random: inout RandomSource) -> [PeerID] {
        let known = candidates.compactMap(\.rate).sorted()
        let median = known.isEmpty ? nil : known[known.count / 2]
        func rank(_ candidate: Candidate) -> Int {
            let distance = candidate.isSameRack && candidate.isSameSite ? 0 : candidate.isSameSite ? 1 : 2
            // Not the fastest first: everybody would ask the same few hosts.
            let isFast = median.map { median in candidate.rate.map { $0 >= median } ?? false } ?? true
            return distance * 2 + (isFast ? 0 : 1)
        }
        let shuffled = candidates.shuffled(using: &random)
        let ranked = shuffled.enumerated().map { (rank($0.element), $0.offset, $0.element.peer) }
        return ranked.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.prefix(4 * BandwidthLimits.fanOut).map(\.2)
    }
}
