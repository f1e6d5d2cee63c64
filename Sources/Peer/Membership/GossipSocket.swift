import Basics
import Gossip
import NIOCore
import NIOPosix

/// The UDP socket of gossip: many datagrams a system call in both directions, one flush a burst.
final class GossipSocket: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    /// A datagram, in memory that may be changed and is used again, and where it came from.
    var onDatagram: (UnsafeMutableRawBufferPointer, PeerAddress) -> Void = { _, _ in }
    private let loop: any EventLoop
    private var channel: (any Channel)?
    /// True between the datagrams of one read: what they cause is sent at its end.
    private var isReading = false
    /// The datagrams of one burst, one after the other, and where each goes: one piece of memory for all.
    private var burst = ByteBuffer()
    private var queued: [(to: PeerAddress, start: Int, count: Int)] = []
    /// Where a datagram is opened: the buffers of one read share their memory.
    private let scratch = UnsafeMutableRawBufferPointer.allocate(
        byteCount: PeerLimits.datagramReadBytes, alignment: 16)
    /// The forms of addresses that the socket wants; each would be made anew for every datagram.
    private var remotes: [PeerAddress: SocketAddress] = [:]

    init(loop: any EventLoop) { self.loop = loop }

    deinit { scratch.deallocate() }

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

    /// Queues a datagram that `write` puts at the start of a buffer; ``flush()`` sends. Nil from `write` for none.
    func send(to address: PeerAddress, _ write: (UnsafeMutableRawBufferPointer) -> Int?) {
        guard channel != nil else { return }
        let start = burst.writerIndex
        let count = burst.writeWithUnsafeMutableBytes(minimumWritableBytes: PeerLimits.datagramReadBytes) {
            write($0) ?? 0
        }
        if count > 0 { queued.append((address, start, count)) }
        if queued.count >= PeerLimits.datagramsPerBurst { flushNow() }
    }

    /// Sends what is queued, unless more comes in the same burst.
    func flush() {
        if !isReading { flushNow() }
    }

    private func flushNow() {
        guard let channel, !queued.isEmpty else { return }
        for datagram in queued {
            guard let remote = remote(datagram.to),
                let data = burst.getSlice(at: datagram.start, length: datagram.count)
            else { continue }
            channel.write(AddressedEnvelope(remoteAddress: remote, data: data), promise: nil)
        }
        queued.removeAll(keepingCapacity: true)
        channel.flush()
        // What the socket has taken is let go: the same memory serves again, else the next burst gets its own.
        burst.clear()
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
        let datagram = unwrapInboundIn(data)
        let count = datagram.data.readableBytes
        guard let address = PeerAddress(datagram.remoteAddress), count <= scratch.count else { return }
        datagram.data.withUnsafeReadableBytes { scratch.copyMemory(from: $0) }
        onDatagram(UnsafeMutableRawBufferPointer(rebasing: scratch[..<count]), address)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        flush()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A datagram that could not be sent is not repeated; membership copes with loss.
    }
}
