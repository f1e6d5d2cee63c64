/// Why a ring of gossip keys stays as it is.
public enum GossipKeyRingError: Error, Hashable, Sendable {
    /// The ring holds other bytes under this epoch: two keys were made for it, and one of them is wrong.
    case otherSecret(epoch: UInt32)
    /// The epoch is not later than the one that seals.
    case notLater(epoch: UInt32, sealing: UInt32)
    /// The ring holds `TrustLimits.gossipKeys` keys: retire old ones first.
    case full(epoch: UInt32)
    /// The ring holds no key of this epoch.
    case unknownEpoch(UInt32)
}

extension GossipKeyRingError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .otherSecret(let epoch): "another gossip key of epoch \(epoch) is in the ring"
        case .notLater(let epoch, let sealing): "epoch \(epoch) is not later than epoch \(sealing), which seals"
        case .full(let epoch): "no room for epoch \(epoch): the ring holds \(TrustLimits.gossipKeys) gossip keys"
        case .unknownEpoch(let epoch): "no gossip key of epoch \(epoch) is in the ring"
        }
    }
}
