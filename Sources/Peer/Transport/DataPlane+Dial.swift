import Basics
import NIOCore
import NIOPosix
import Pipeline
import Trust

/// Connections that this peer opens, whatever for.
extension DataPlane {
    /// Opens a connection; a session that comes of it is reported by ``sessionOpened(_:initiated:)``.
    ///
    /// - Parameters:
    ///   - expected: who has to be there; nil for anybody of this site.
    ///   - opening: told of the channel before it connects.
    ///   - ended: called once, with the cause: the connection was not made, or has ended.
    func dial(
        _ address: SocketAddress, expected: PeerID?, opening: @escaping (any Channel) -> Void = { _ in },
        ended: @escaping (String) -> Void
    ) {
        let bound = NIOLoopBound((plane: self, opening: opening), eventLoop: loop)
        openHandshakes += 1
        ClientBootstrap(group: loop)
            .connectTimeout(.seconds(PeerLimits.dialSeconds))
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelOption(.writeBufferWaterMark, value: DataPlane.waterMark(unsent: UnsentLimit().bytes))
            .channelOption(DataPlane.unsentLimit, value: SocketOptionValue(UnsentLimit().bytes))
            .channelOption(.recvAllocator, value: DataPlane.receiveAllocator)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try bound.value.plane.addHandlers(channel, role: .initiator, expected: expected)
                    bound.value.opening(channel)
                }
            }
            .connect(to: address)
            .assumeIsolated()
            .whenComplete { [self] result in
                switch result {
                case .success(let channel):
                    channel.closeFuture.assumeIsolated().whenComplete { _ in
                        ended("the connection ended in its handshake")
                    }
                case .failure(let error):
                    openHandshakes -= 1
                    ended("\(error)")
                }
            }
    }
}
