import NIOCore

/// Tells the data plane when a socket takes bytes again.
final class WritabilityHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private unowned let plane: DataPlane

    init(plane: DataPlane) { self.plane = plane }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { plane.becameWritable(context.channel) }
        context.fireChannelWritabilityChanged()
    }
}
