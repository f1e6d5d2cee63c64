import Basics
import Gossip
import NIOCore
import NIOPosix

/// The UDP socket of gossip: many datagrams a system call in both directions, one flush a burst.
final class GossipSocket: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    /// A datagram as it came, and from where.
    var onDatagram: (inout ByteBuffer, PeerAddress) -> Void = { _, _ in }
    private let loop: any EventLoop
    private var channel: (any Channel)?
    /// True between the datagrams of one read: what they cause is sent at its end.
    private var isReading = false
    private var isDirty = false
    /// The forms of addresses that the socket wants; each would be made anew for every datagram.
    private var remotes: [PeerAddress: SocketAddress] = [:]

    init(loop: any EventLoop) { self.loop = loop }

    var isOpen: Bool { channel != nil }

    func bind(_ listen: SocketAddress) -> EventLoopFuture<Void> {
        let bound = NIOLoopBound(self, eventLoop: loop)
        let readBytes = PeerLimits.datagramReadBytes * PeerLimits.datagramsPerRead
        return DatagramBootstrap(group: loop)
            .channelOption(.socketOption(.so_reuseaddr), value: 1)
            // A start of many peers comes in bursts; the kernel grants what it allows.
            .channelOption(.socketOption(.so_rcvbuf), value: .init(PeerLimits.datagramQueueBytes))
            .channelOption(.datagramVectorReadMessageCount, value: PeerLimits.datagramsPerRead)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: readBytes))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(bound.value)
                }
            }
            .bind(to: listen)
            .map { bound.value.channel = $0 }
    }

    func close() {
        channel?.close(promise: nil)
        channel = nil
    }

    /// Queues a sealed datagram; ``flush()`` sends.
    func send(_ sealed: ByteBuffer, to address: PeerAddress) {
        guard let channel, let remote = remote(address) else { return }
        channel.write(AddressedEnvelope(remoteAddress: remote, data: sealed), promise: nil)
        isDirty = true
    }

    /// Sends what is queued, unless more comes in the same burst.
    func flush() {
        guard isDirty, !isReading else { return }
        isDirty = false
        channel?.flush()
    }

    private func remote(_ address: PeerAddress) -> SocketAddress? {
        if let known = remotes[address] { return known }
        guard let made = SocketAddress(address) else { return nil }
        if remotes.count >= PeerLimits.socketAddresses { remotes.removeAll(keepingCapacity: true) }
        remotes[address] = made
        return made
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isReading = true
        var datagram = unwrapInboundIn(data)
        guard let address = PeerAddress(datagram.remoteAddress) else { return }
        onDatagram(&datagram.data, address)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        flush()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A datagram that could not be sent is not repeated; membership copes with loss.
    }
}
