import Basics
import Gossip
import Logging
import NIOCore
import NIOPosix
import Trust

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
        let bound = NIOLoopBound(self, eventLoop: loop)
        openHandshakes += 1
        ClientBootstrap(group: loop)
            .connectTimeout(.seconds(PeerLimits.dialSeconds))
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelOption(.writeBufferWaterMark, value: DataPlane.waterMark)
            .channelOption(.recvAllocator, value: DataPlane.receiveAllocator)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try bound.value.addHandlers(channel, role: .initiator, expected: nil)
                    bound.value.gossipDials.connected(channel, to: address)
                }
            }
            .connect(to: remote)
            .assumeIsolated()
            .whenComplete { [self] result in
                switch result {
                case .success(let channel):
                    channel.closeFuture.assumeIsolated().whenComplete { [self] _ in gossipDialEnded(channel) }
                case .failure(let error):
                    openHandshakes -= 1
                    _ = gossipDials.take(for: address)
                    logger.debug("gossip: \(address) is not reached over TCP either: \(error)")
                }
            }
    }

    private func gossipDialEnded(_ channel: any Channel) {
        if let address = gossipDials.address(of: channel) { _ = gossipDials.take(for: address) }
    }

    /// A session that was opened for gossip to an address: true when this is one.
    func sendGossipDialled(on session: Session) -> Bool {
        guard let address = gossipDials.address(of: session.channel) else { return false }
        for message in gossipDials.take(for: address) { session.send(.gossip, stream: 0, body: message) }
        return true
    }
}
