/// The gossip keys of a site by epoch: all of them open datagrams, one of them seals.
///
/// A site changes its key without a stop in three steps, each begun when all peers have done the one before: every ring
/// holds the new key (`add`), every ring seals with it (`use`), every ring drops the old one (`retire`).
public struct GossipKeyRing: Sendable {
    /// Ascending by epoch, never empty.
    private(set) var keys: [GossipKey]
    /// The key that seals; it is among the keys.
    public private(set) var sealingKey: GossipKey

    public init(_ key: GossipKey) {
        self.init(keys: [key], sealingKey: key)
    }

    /// The keys ascend, and the sealing one is among them.
    init(keys: [GossipKey], sealingKey: GossipKey) {
        self.keys = keys
        self.sealingKey = sealingKey
    }

    /// The epochs of the keys, ascending.
    public var epochs: [UInt32] { keys.map(\.epoch) }

    /// Adds a key, which opens from now on and does not seal yet. A key that is there already changes nothing.
    ///
    /// Keys later than the sealing one may come in any order; an earlier one never comes back.
    public mutating func add(_ key: GossipKey) throws(GossipKeyRingError) {
        if let known = self.key(epoch: key.epoch) {
            guard known.hasSameSecret(as: key) else { throw .otherSecret(epoch: key.epoch) }
            return
        }
        guard key.epoch > sealingKey.epoch else {
            throw .notLater(epoch: key.epoch, sealing: sealingKey.epoch)
        }
        guard keys.count < TrustLimits.gossipKeys else { throw .full(epoch: key.epoch) }
        keys.insert(key, at: keys.firstIndex { $0.epoch > key.epoch } ?? keys.endIndex)
    }

    /// Seals with a key of the ring from now on. It is the present one or a later one; `goBack(to:)` takes earlier ones.
    public mutating func use(epoch: UInt32) throws(GossipKeyRingError) {
        guard let key = key(epoch: epoch) else { throw .unknownEpoch(epoch) }
        guard epoch >= sealingKey.epoch else { throw .notLater(epoch: epoch, sealing: sealingKey.epoch) }
        sealingKey = key
    }

    /// Seals with an earlier key of the ring again: for an operator who stops a rotation, never for what a peer hears.
    public mutating func goBack(to epoch: UInt32) throws(GossipKeyRingError) {
        guard let key = key(epoch: epoch) else { throw .unknownEpoch(epoch) }
        sealingKey = key
    }

    /// Drops the keys that are older than the sealing one, and gives their epochs.
    @discardableResult
    public mutating func retire() -> [UInt32] {
        let retired = keys.filter { $0.epoch < sealingKey.epoch }.map(\.epoch)
        keys.removeFirst(retired.count)
        return retired
    }

    /// Looks a key up without taking memory.
    func key(epoch: UInt32) -> GossipKey? {
        for key in keys where key.epoch == epoch { return key }
        return nil
    }
}

extension GossipKeyRing: CustomStringConvertible {
    public var description: String {
        let list = epochs.map(String.init).joined(separator: ", ")
        return "gossip keys of epochs \(list), sealing with \(sealingKey.epoch)"
    }
}
