import Basics
import Gossip
import Logging
import NIOCore

/// Gossip over sessions, for peers that datagrams do not reach. It may be dropped like a datagram.
extension DataPlane {
    /// Sends a message over the open session with a peer, or opens one.
    func sendGossip(_ message: [UInt8], to peer: PeerID) {
        if let session = sessionByPeer[peer], !session.isClosed {
            if session.isWritable { session.send(.gossip, stream: 0, body: message) }
            return
        }
        guard gossipDials.wait(message, for: peer) else { return }
        connect(to: peer) { [self] result in
            let waiting = gossipDials.take(for: peer)
            switch result {
            case .success(let session): for message in waiting { session.send(.gossip, stream: 0, body: message) }
            case .failure(let error): logger.debug("gossip: \(error)")
            }
        }
    }

    /// Sends a message to whoever listens at an address and proves to be of this site.
    func sendGossip(_ message: [UInt8], toAnyAt address: PeerAddress) {
        guard !isStopped, let remote = SocketAddress(address), gossipDials.wait(message, for: address) else { return }
        var opened: ObjectIdentifier?
        dial(remote, expected: nil) { [self] channel in
            opened = ObjectIdentifier(channel)
            gossipDials.opening(channel, to: address)
        } ended: { [self] cause in
            guard gossipDials.ended(address, opened) else { return }
            logger.debug("gossip: \(address) is not reached over TCP either: \(cause)")
        }
    }

    /// A session that was opened for gossip to an address: true when this is one.
    func sendGossipDialled(on session: Session) -> Bool {
        guard let waiting = gossipDials.take(openedBy: session.channel) else { return false }
        for message in waiting { session.send(.gossip, stream: 0, body: message) }
        return true
    }
}
