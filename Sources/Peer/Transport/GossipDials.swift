import Basics
import Gossip
import NIOCore

/// Gossip that waits until a session is open: a few messages for each peer or address, the rest is dropped.
struct GossipDials {
    private var forPeers: [PeerID: [[UInt8]]] = [:]
    private var forAddresses: [PeerAddress: AtAddress] = [:]

    private struct AtAddress {
        var messages: [[UInt8]] = []
        /// The channel that is to carry them.
        var channel: ObjectIdentifier?
    }

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
        if (waiting?.messages.count ?? 0) < PeerLimits.waitingGossip {
            forAddresses[address, default: AtAddress()].messages.append(message)
        }
        return waiting == nil
    }

    mutating func take(for peer: PeerID) -> [[UInt8]] { forPeers.removeValue(forKey: peer) ?? [] }

    mutating func opening(_ channel: any Channel, to address: PeerAddress) {
        forAddresses[address]?.channel = ObjectIdentifier(channel)
    }

    /// What waited for the channel; nil when it was not opened for gossip to an address, or that is over.
    mutating func take(openedBy channel: any Channel) -> [[UInt8]]? {
        let id = ObjectIdentifier(channel)
        guard let address = forAddresses.first(where: { $0.value.channel == id })?.key else { return nil }
        return forAddresses.removeValue(forKey: address)?.messages
    }

    /// Nobody was reached there by a channel: what waited for it is dropped. False when it was taken before, or waits for
    /// a later channel.
    mutating func ended(_ address: PeerAddress, _ channel: ObjectIdentifier?) -> Bool {
        guard let waiting = forAddresses[address], waiting.channel == channel else { return false }
        forAddresses[address] = nil
        return true
    }
}
