import Basics
import Gossip
import NIOCore
import NIOPosix

/// The UDP socket of gossip: many datagrams a system call in both directions, one flush a burst.
///
/// A send that the kernel refuses (by a rule of the local firewall, or since a route is gone for a moment) ends a channel:
/// it is opened again, after a pause that doubles while that goes on.
final class GossipSocket: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    /// A datagram, in memory that may be changed and is used again, and where it came from.
    var onDatagram: (UnsafeMutableRawBufferPointer, PeerAddress) -> Void = { _, _ in }
    private let loop: any EventLoop
    private var channel: (any Channel)?
    /// Where it is bound, while it is wanted.
    private var listen: SocketAddress?
    private var openedAt = NIODeadline.now()
    private var pause = PeerLimits.reopeningLeast
    /// How often it was opened again.
    private(set) var reopenings: UInt64 = 0
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

    var isOpen: Bool { listen != nil }

    func bind(_ listen: SocketAddress) -> EventLoopFuture<Void> {
        let bound = NIOLoopBound(self, eventLoop: loop)
        return open(listen).map {
            bound.value.listen = listen
            bound.value.opened($0)
        }
    }

    private func open(_ listen: SocketAddress) -> EventLoopFuture<any Channel> {
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
    }

    private func opened(_ channel: any Channel) {
        guard listen != nil else { return channel.close(promise: nil) }
        self.channel = channel
        openedAt = .now()
    }

    private func reopen() {
        guard let listen, channel == nil else { return }
        let bound = NIOLoopBound(self, eventLoop: loop)
        open(listen).whenComplete { result in
            switch result {
            case .success(let channel): bound.value.opened(channel)
            case .failure: bound.value.reopenLater()
            }
        }
    }

    private func reopenLater() {
        guard listen != nil else { return }
        pause =
            NIODeadline.now() - openedAt > PeerLimits.reopeningCalm
            ? PeerLimits.reopeningLeast : min(pause * 2, PeerLimits.reopeningMost)
        reopenings += 1
        let bound = NIOLoopBound(self, eventLoop: loop)
        loop.scheduleTask(in: pause) { bound.value.reopen() }
    }

    func close() {
        listen = nil
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

    func channelInactive(context: ChannelHandlerContext) {
        channel = nil
        queued.removeAll(keepingCapacity: true)
        burst.clear()
        isReading = false
        reopenLater()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A datagram that could not be sent is not repeated; membership copes with loss.
    }
}
