public import Basics

/// The members of a site that carry news between it and other sites: the same few for everybody who knows the same members.
///
/// Which ones is decided by a hash of their names, and so is which of them carries what (highest random weight; D. Thaler,
/// C. Ravishankar, "Using name-based mappings to increase hit rates", 1998): nobody votes, a bridge that is gone is replaced
/// as soon as its death is known, and what the others carry stays where it is.
public struct Bridges: Hashable, Sendable {
    /// In the order of their rank; at most ``GossipLimits/bridges``.
    public private(set) var all: [PeerID] = []

    public init() {}

    /// Chooses among the present members of a site.
    public init(of members: some Sequence<PeerID>) {
        for id in members { consider(id) }
    }

    mutating func consider(_ id: PeerID) {
        let place = all.firstIndex { Bridges.precedes(id, $0) } ?? all.endIndex
        guard place < GossipLimits.bridges else { return }
        all.insert(id, at: place)
        if all.count > GossipLimits.bridges { all.removeLast() }
    }

    public func contains(_ id: PeerID) -> Bool { all.contains(id) }

    /// Which of them carries something of this hash; nil when there is none.
    func carrier(of hash: UInt64) -> PeerID? {
        all.max { Bridges.weight($0, hash) < Bridges.weight($1, hash) }
    }

    private static func precedes(_ a: PeerID, _ b: PeerID) -> Bool {
        let (first, second) = (weight(a, 0), weight(b, 0))
        return first == second ? a < b : first < second
    }

    private static func weight(_ id: PeerID, _ hash: UInt64) -> UInt64 {
        DigestParts.mix(DigestParts.mix(0, id.digest.prefix), hash)
    }
}
