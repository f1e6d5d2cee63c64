import Basics
import Gossip
import NIOCore

/// Gossip that waits until a session is open: a few messages for each peer or address, the rest is dropped.
struct GossipDials {
    private var forPeers: [PeerID: [[UInt8]]] = [:]
    private var forAddresses: [PeerAddress: [[UInt8]]] = [:]
    /// The address that a channel was opened to for gossip.
    private var addresses: [ObjectIdentifier: PeerAddress] = [:]

    var count: Int { forPeers.count + forAddresses.count }

    /// Whether the caller is to open a session.
    mutating func wait(_ message: [UInt8], for peer: PeerID) -> Bool {
        let waiting = forPeers[peer]
        guard waiting != nil || count < PeerLimits.gossipDials else { return false }
        if (waiting?.count ?? 0) < PeerLimits.waitingGossip { forPeers[peer, default: []].append(message) }
        return waiting == nil
    }

    mutating func wait(_ message: [UInt8], for address: PeerAddress) -> Bool {
        let waiting = forAddresses[address]
        guard waiting != nil || count < PeerLimits.gossipDials else { return false }
        if (waiting?.count ?? 0) < PeerLimits.waitingGossip { forAddresses[address, default: []].append(message) }
        return waiting == nil
    }

    mutating func take(for peer: PeerID) -> [[UInt8]] { forPeers.removeValue(forKey: peer) ?? [] }
    mutating func take(for address: PeerAddress) -> [[UInt8]] { forAddresses.removeValue(forKey: address) ?? [] }

    mutating func connected(_ channel: any Channel, to address: PeerAddress) {
        addresses[ObjectIdentifier(channel)] = address
    }

    mutating func address(of channel: any Channel) -> PeerAddress? {
        addresses.removeValue(forKey: ObjectIdentifier(channel))
    }
}
