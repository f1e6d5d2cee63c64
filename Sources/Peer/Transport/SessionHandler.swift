import Basics
import Glibc
import NIOCore
import Pipeline
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
        case body(FrameHeader)
        /// `taken` bytes of it have come.
        case payload(FrameHeader, taken: Int)
    }

    private var handshake: Handshake?
    private let role: NoiseXX.Role
    private unowned let owner: any SessionOwner
    private let clock: @Sendable () -> UInt64
    private var session: Session?
    private var pending = ByteBuffer()
    private var reading = Reading.header
    private let scratch: UnsafeMutableRawBufferPointer
    /// How many bytes the kernel collects before it wakes us.
    private var lowWater = 1
    /// Kept because the mark changes twice a frame, and a channel's own options take ten times as long.
    private var socket: NIOBSDSocket.Handle?
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
        socket = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable { $0 }
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
        socket = nil
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
        owner.sessionReads()
        do {
            while incoming.readableBytes > 0, session?.isClosed != true {
                try take(&incoming, context)
            }
        } catch {
            fail(error, context)
        }
    }

    /// Takes the next piece out of what came, or keeps its beginning until the rest comes: no byte is copied but those of
    /// pieces that lie across two reads.
    private func take(_ incoming: inout ByteBuffer, _ context: ChannelHandlerContext) throws {
        let needed = try neededBytes()
        if session != nil, pending.readableBytes == 0, incoming.readableBytes >= needed {
            return try step(&incoming, context)
        }
        if pending.readableBytes == 0 { pending = context.channel.allocator.buffer(capacity: needed) }
        if var part = incoming.readSlice(length: min(needed - pending.readableBytes, incoming.readableBytes)) {
            pending.writeBuffer(&part)
        }
        // The length of a handshake message is known only once its own two bytes are here.
        guard pending.readableBytes == (try neededBytes()) else { return }
        var whole = pending
        pending = ByteBuffer()
        try step(&whole, context)
    }

    /// The bytes of the piece that comes next, or that has begun.
    private func neededBytes() throws -> Int {
        if session == nil {
            guard let length = pending.getInteger(at: pending.readerIndex, as: UInt16.self) else { return 2 }
            guard Int(length) <= PeerLimits.handshakeBytes else { throw DecodeError.outOfRange("handshake length") }
            return 2 + Int(length)
        }
        switch reading {
        case .header: return FrameHeader.sealedByteCount
        case .body(let header): return header.bodyBytes
        case .payload(let header, let taken): return min(header.payloadBytes - taken, FormatLimits.sliceBytes)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        awaitRest(context)
        context.fireChannelReadComplete()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if let session, session.isWritable { owner.sessionBecameWritable(session) }
        context.fireChannelWritabilityChanged()
    }

    /// Has the kernel wake us when the rest of a slice or body is there, not for each packet of it: a slow link would bring a
    /// dozen wakeups a slice, which cost a sixth of the processor time at 40 Mbit/s. The end of the connection wakes us
    /// all the same.
    private func awaitRest(_ context: ChannelHandlerContext) {
        var mark = 1
        if let session, let needed = try? neededBytes() {
            var awaited = needed
            if case .payload(let header, let taken) = reading {
                awaited = max(needed, min(header.payloadBytes - taken, session.wakeMark.bytes))
            }
            let missing = awaited - pending.readableBytes
            if missing >= PeerLimits.lowWaterLeast { mark = min(missing, PeerLimits.lowWaterMost) }
        }
        guard mark != lowWater, let socket, context.channel.isActive else { return }
        lowWater = mark
        var value = Int32(mark)
        _ = setsockopt(socket, SOL_SOCKET, SO_RCVLOWAT, &value, socklen_t(MemoryLayout.size(ofValue: value)))
    }

    /// Takes one whole piece from the bytes: a message of the handshake, a header, or what follows one.
    private func step(_ bytes: inout ByteBuffer, _ context: ChannelHandlerContext) throws {
        guard let session else { return try stepHandshake(&bytes, context) }
        switch reading {
        case .header:
            bytes.readWithUnsafeReadableBytes { raw in
                scratch.copyMemory(from: UnsafeRawBufferPointer(rebasing: raw[..<FrameHeader.sealedByteCount]))
                return FrameHeader.sealedByteCount
            }
            guard session.open(scratch) else { throw DecodeError.notAuthentic }
            let header = try FrameHeader(decoding: UnsafeRawBufferPointer(scratch))
            // Only one of the two is there.
            if header.bodyBytes > 0 {
                reading = .body(header)
            } else if header.payloadBytes > 0 {
                reading = .payload(header, taken: 0)
            } else {
                received(Frame(header: header, body: [], payload: ByteBuffer()), session)
            }
        case .body(let header):
            reading = .header
            var body = bytes.readBytes(length: header.bodyBytes) ?? []
            guard body.withUnsafeMutableBytes({ session.open($0) }) else { throw DecodeError.notAuthentic }
            body.removeLast(FrameHeader.tagBytes)
            received(Frame(header: header, body: body, payload: ByteBuffer()), session)
        case .payload(let header, let taken):
            let payload = bytes.readSlice(length: try neededBytes()) ?? ByteBuffer()
            let next = taken + payload.readableBytes
            session.wakeMark.received(payload.readableBytes)
            reading = next < header.payloadBytes ? .payload(header, taken: next) : .header
            var own = header
            own.slice += UInt8(taken / FormatLimits.sliceBytes)
            received(Frame(header: own, body: [], payload: payload), session)
        }
    }

    private func received(_ frame: Frame, _ session: Session) {
        session.lastReceived = .now()
        if frame.header.kind == FrameKind.rekey.rawValue {
            session.rekeyReceiving()
        } else {
            owner.sessionReceived(frame, on: session)
        }
    }

    private func stepHandshake(_ bytes: inout ByteBuffer, _ context: ChannelHandlerContext) throws {
        guard let length = bytes.readInteger(as: UInt16.self), let message = bytes.readBytes(length: Int(length)),
            var handshake
        else { return }
        let step = try handshake.receive(message, now: clock())
        self.handshake = handshake
        switch step {
        case .reply(let reply):
            send(reply, context)
        case .done(let last, let noise, let chain):
            if let last { send(last, context) }
            timeout?.cancel()
            self.handshake = nil
            let session = Session(channel: context.channel, chain: chain, noise: noise, flushes: owner.flushes)
            self.session = session
            owner.sessionOpened(session, initiated: role == .initiator)
        }
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
