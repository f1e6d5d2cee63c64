import Basics
import NIOCore
import Trust

/// Turns a TCP connection into a ``Session`` and its bytes into frames.
///
/// Any bytes are survived: lengths are limited before memory is taken, and whatever is not sealed by the other side ends
/// the connection.
final class SessionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Reading {
        case header
        case rest(FrameHeader)
    }

    private var handshake: Handshake?
    private let role: NoiseXX.Role
    private unowned let owner: any SessionOwner
    private let clock: @Sendable () -> UInt64
    private var session: Session?
    private var pending = ByteBuffer()
    private var reading = Reading.header
    private let scratch: UnsafeMutableRawBufferPointer
    private var timeout: Scheduled<Void>?
    private var failure: (any Error)?

    init(
        role: NoiseXX.Role, handshake: Handshake, owner: any SessionOwner, unixSeconds: @escaping @Sendable () -> UInt64
    ) {
        self.role = role
        self.handshake = handshake
        self.owner = owner
        self.clock = unixSeconds
        scratch = .allocate(byteCount: FrameHeader.sealedByteCount, alignment: 16)
    }

    deinit { scratch.deallocate() }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        timeout = context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(PeerLimits.handshakeSeconds)) {
            [weak self] in
            guard let self, self.session == nil else { return }
            self.failure = HandshakeError.timeout
            channel.close(mode: .all, promise: nil)
        }
        if role == .initiator {
            do {
                guard let message = try handshake?.begin() else { return }
                send(message, context)
            } catch {
                fail(error, context)
            }
        }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        timeout?.cancel()
        if let session {
            session.isClosed = true
            owner.sessionClosed(session)
        } else {
            owner.handshakeEnded(failure)
        }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        failure = error
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var incoming = unwrapInboundIn(data)
        if pending.readableBytes == 0 {
            pending = incoming
        } else {
            pending.writeBuffer(&incoming)
        }
        do {
            while try step(context) {}
        } catch {
            fail(error, context)
        }
        pending.discardReadBytes()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
    }

    /// Takes one message or frame from the pending bytes; false when more bytes are needed.
    private func step(_ context: ChannelHandlerContext) throws -> Bool {
        guard let session else { return try stepHandshake(context) }
        guard !session.isClosed else { return false }
        switch reading {
        case .header:
            guard pending.readableBytes >= FrameHeader.sealedByteCount else { return false }
            pending.readWithUnsafeReadableBytes { raw in
                scratch.copyMemory(from: UnsafeRawBufferPointer(rebasing: raw[..<FrameHeader.sealedByteCount]))
                return FrameHeader.sealedByteCount
            }
            guard session.open(scratch) else { throw DecodeError.notAuthentic }
            reading = .rest(try FrameHeader(decoding: UnsafeRawBufferPointer(scratch)))
            return true
        case .rest(let header):
            guard pending.readableBytes >= header.bodyBytes + header.payloadBytes else { return false }
            reading = .header
            var body: [UInt8] = []
            if header.bodyBytes > 0 {
                body = pending.readBytes(length: header.bodyBytes) ?? []
                guard body.withUnsafeMutableBytes({ session.open($0) }) else { throw DecodeError.notAuthentic }
                body.removeLast(FrameHeader.tagBytes)
            }
            let payload = pending.readSlice(length: header.payloadBytes) ?? ByteBuffer()
            session.lastReceived = .now()
            if header.kind == FrameKind.rekey.rawValue {
                session.rekeyReceiving()
            } else {
                owner.sessionReceived(Frame(header: header, body: body, payload: payload), on: session)
            }
            return true
        }
    }

    private func stepHandshake(_ context: ChannelHandlerContext) throws -> Bool {
        guard let length = pending.getInteger(at: pending.readerIndex, as: UInt16.self) else { return false }
        guard Int(length) <= PeerLimits.handshakeBytes else { throw DecodeError.outOfRange("handshake length") }
        guard pending.readableBytes >= 2 + Int(length) else { return false }
        pending.moveReaderIndex(forwardBy: 2)
        guard let message = pending.readBytes(length: Int(length)), var handshake else { return false }
        let step = try handshake.receive(message, now: clock())
        self.handshake = handshake
        switch step {
        case .reply(let reply):
            send(reply, context)
        case .done(let last, let noise, let chain):
            if let last { send(last, context) }
            timeout?.cancel()
            self.handshake = nil
            let session = Session(channel: context.channel, chain: chain, noise: noise)
            self.session = session
            owner.sessionOpened(session, initiated: role == .initiator)
        }
        return true
    }

    private func send(_ message: [UInt8], _ context: ChannelHandlerContext) {
        var buffer = context.channel.allocator.buffer(capacity: 2 + message.count)
        buffer.writeInteger(UInt16(message.count))
        buffer.writeBytes(message)
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
    }

    private func fail(_ error: any Error, _ context: ChannelHandlerContext) {
        failure = error
        context.close(promise: nil)
    }
}
