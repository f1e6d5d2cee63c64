import Basics
import Glibc
import Gossip
import NIOCore
import NIOPosix

/// The UDP socket of gossip: many datagrams a system call when it reads, and writes that may fail.
///
/// NIO reads it, and does not write: it ends a datagram channel at the first datagram that cannot be sent for another
/// reason than its size (ENETUNREACH, EPERM, EINVAL). Where datagrams go is what other members say in their cards, so one
/// address without a route would end the gossip of everybody who knows it.
final class GossipSocket: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    /// A datagram, in memory that may be changed and is used again, and where it came from.
    var onDatagram: (UnsafeMutableRawBufferPointer, PeerAddress) -> Void = { _, _ in }
    private let loop: any EventLoop
    private var channel: (any Channel)?
    /// The channel's, which closes it.
    private var descriptor: CInt = -1
    /// Datagrams that the kernel did not take: no route, no room, forbidden. Membership copes with loss.
    private(set) var unsent: UInt64 = 0
    /// Where a datagram is opened: the buffers of one read share their memory.
    private let scratch = UnsafeMutableRawBufferPointer.allocate(
        byteCount: PeerLimits.datagramReadBytes, alignment: 16)
    /// Where one is sealed.
    private let outgoing = UnsafeMutableRawBufferPointer.allocate(
        byteCount: PeerLimits.datagramReadBytes, alignment: 16)
    /// The forms of addresses that the socket wants; each would be made anew for every datagram.
    private var remotes: [PeerAddress: SocketAddress] = [:]

    init(loop: any EventLoop) { self.loop = loop }

    deinit {
        scratch.deallocate()
        outgoing.deallocate()
    }

    var isOpen: Bool { channel != nil }

    func bind(_ listen: SocketAddress) -> EventLoopFuture<Void> {
        let made: CInt
        do { made = try GossipSocket.open(listen) } catch { return loop.makeFailedFuture(error) }
        let bound = NIOLoopBound(self, eventLoop: loop)
        let readBytes = PeerLimits.datagramReadBytes * PeerLimits.datagramsPerRead
        return DatagramBootstrap(group: loop)
            .channelOption(.datagramVectorReadMessageCount, value: PeerLimits.datagramsPerRead)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: readBytes))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(bound.value)
                }
            }
            .withBoundSocket(made)
            .map {
                bound.value.channel = $0
                bound.value.descriptor = made
            }
    }

    private static func open(_ listen: SocketAddress) throws -> CInt {
        let kind = CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(CInt(listen.protocol.rawValue), kind, 0)
        guard descriptor >= 0 else { throw IOError(errnoCode: errno, reason: "socket") }
        set(SO_REUSEADDR, 1, of: descriptor)
        // A start of many peers comes in bursts; the kernel grants what it allows.
        set(SO_RCVBUF, CInt(PeerLimits.datagramQueueBytes), of: descriptor)
        set(SO_SNDBUF, CInt(PeerLimits.datagramQueueBytes), of: descriptor)
        let result = listen.withSockAddr { Glibc.bind(descriptor, $0, socklen_t($1)) }
        guard result == 0 else {
            let error = IOError(errnoCode: errno, reason: "bind")
            Glibc.close(descriptor)
            throw error
        }
        return descriptor
    }

    private static func set(_ option: CInt, _ value: CInt, of descriptor: CInt) {
        var value = value
        setsockopt(descriptor, SOL_SOCKET, option, &value, socklen_t(MemoryLayout<CInt>.size))
    }

    func close() {
        channel?.close(promise: nil)
        forgetChannel()
    }

    /// Its number may be another file's from now on.
    private func forgetChannel() {
        channel = nil
        descriptor = -1
    }

    /// Sends a datagram that `write` puts at the start of a buffer; nil from `write` for none.
    func send(to address: PeerAddress, _ write: (UnsafeMutableRawBufferPointer) -> Int?) {
        guard descriptor >= 0, let remote = remote(address), let count = write(outgoing), count > 0 else { return }
        let sent = remote.withSockAddr {
            sendto(descriptor, outgoing.baseAddress, count, CInt(MSG_DONTWAIT), $0, socklen_t($1))
        }
        if sent != count { unsent += 1 }
    }

    private func remote(_ address: PeerAddress) -> SocketAddress? {
        if let known = remotes[address] { return known }
        guard let made = SocketAddress(address) else { return nil }
        if remotes.count >= PeerLimits.socketAddresses { remotes.removeAll(keepingCapacity: true) }
        remotes[address] = made
        return made
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let datagram = unwrapInboundIn(data)
        let count = datagram.data.readableBytes
        guard let address = PeerAddress(datagram.remoteAddress), count <= scratch.count else { return }
        datagram.data.withUnsafeReadableBytes { scratch.copyMemory(from: $0) }
        onDatagram(UnsafeMutableRawBufferPointer(rebasing: scratch[..<count]), address)
    }

    func channelInactive(context: ChannelHandlerContext) { forgetChannel() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A datagram that could not be read is lost; membership copes with loss.
    }
}
