import Basics
import NIOCore
import Pipeline
import Trust

/// An open, authenticated connection to another peer. It belongs to its event loop.
final class Session {
    let channel: any Channel
    let chain: CertificateChain
    /// Of the chain; asked for with every slice.
    let peer: PeerID
    private var noise: NoiseSession
    /// Frames that the channel does not have yet: many slices become one write.
    private var gathered = ByteBuffer()
    /// True when the channel has what lies in `gathered`, which is then cleared before the next frame.
    private var isHandedOver = false
    private let flushes: FlushQueue
    /// True while ``FlushQueue`` has it.
    private(set) var isFlushWaiting = false
    /// The last frame of `gathered`, as long as slices may be added to it.
    private var unsealed: UnsealedSlices?
    private var nextStream: UInt32 = 1
    private var unsentLimit = UnsentLimit()
    /// How much of a frame is waited for before it is dealt with.
    var wakeMark = WakeMark()

    /// What was asked of the other side: streams that we opened.
    var requests: [UInt32: PendingRequest] = [:]
    /// What the other side asked of us.
    var serving: [UInt32: Task<Void, Never>] = [:]
    /// Images we feed the other side with: streams that it opened.
    var feeds: [UInt32: Feed] = [:]
    /// Images the other side feeds us with: streams that we opened.
    var subscriptions: [UInt32: ImageTransfer] = [:]
    var lastReceived: NIODeadline
    var lastSent: NIODeadline
    /// When something else than a keep-alive was last sent or received.
    var lastUse: NIODeadline
    /// Whether we opened it; that side closes it when it is of no use any more.
    var isOurs = false
    var lastRekey: NIODeadline
    var isClosed = false
    /// True when its end was announced, so that it is no sign of trouble.
    var isDismissed = false
    /// True when it was opened for a probe; closed again when nothing else uses it.
    var isForProbe = false
    /// Bursts of probes that use it.
    var probes = 0
    /// Images the other side waits for.
    var pendingFeeds = PendingFeeds()
    /// Answers that the socket has not taken yet.
    private(set) var unsentAnswers = 0
    private var unsentEvents = 0

    init(channel: any Channel, chain: CertificateChain, noise: NoiseSession, flushes: FlushQueue = FlushQueue()) {
        self.channel = channel
        self.flushes = flushes
        self.chain = chain
        peer = chain.peer.peer
        self.noise = noise
        lastReceived = .now()
        lastSent = .now()
        lastUse = .now()
        lastRekey = .now()
    }

    var name: String { chain.peer.name }
    /// It takes more without much waiting for its socket.
    var isWritable: Bool { channel.isWritable && (isHandedOver || gathered.readableBytes < unsentLimit.bytes) }

    func makeStream() -> UInt32 {
        defer { nextStream &+= 1 }
        return nextStream
    }

    /// Sends a frame without a payload; `flush` when nothing follows at once.
    func send(_ kind: FrameKind, stream: UInt32, index: UInt32 = 0, body: [UInt8] = [], flush: Bool = true) {
        guard !isClosed else { return }
        let bodyBytes = body.isEmpty ? 0 : body.count + FrameHeader.tagBytes
        precondition(bodyBytes <= PeerLimits.frameBodyBytes, "a frame body beyond its limit")
        let header = FrameHeader(kind: kind, stream: stream, bodyBytes: bodyBytes, index: index)
        let total = FrameHeader.sealedByteCount + bodyBytes
        makeRoom(for: total)
        gathered.writeWithUnsafeMutableBytes(minimumWritableBytes: total) { raw in
            write(header, to: raw)
            if bodyBytes > 0 {
                let target = UnsafeMutableRawBufferPointer(rebasing: raw[FrameHeader.sealedByteCount..<total])
                target.copyBytes(from: body)
                seal(target)
            }
            return total
        }
        if kind == .rekey { noise.sending.rekey() }
        lastSent = .now()
        if kind != .keepAlive, kind != .rekey { lastUse = lastSent }
        if flush { self.flush() }
    }

    /// Sends the answer to a request, and counts it until the socket has taken it.
    func sendAnswer(_ kind: FrameKind, stream: UInt32, body: [UInt8]) {
        send(kind, stream: stream, body: body, countedIn: \.unsentAnswers)
    }

    /// Sends an event before an answer. A socket that is full of slices takes a few all the same: they tell that somebody
    /// is there. More are lost.
    func sendEvent(stream: UInt32, body: [UInt8]) {
        if isWritable { return send(.event, stream: stream, body: body) }
        guard unsentEvents < PeerLimits.unsentEvents else { return }
        send(.event, stream: stream, body: body, countedIn: \.unsentEvents)
    }

    /// Sends a frame and counts it until the socket has taken it.
    private func send(
        _ kind: FrameKind, stream: UInt32, body: [UInt8], countedIn count: ReferenceWritableKeyPath<Session, Int>
    ) {
        guard !isClosed else { return }
        self[keyPath: count] += 1
        send(kind, stream: stream, body: body, flush: false)
        let taken = channel.eventLoop.makePromise(of: Void.self)
        taken.futureResult.assumeIsolated().whenComplete { [weak self] _ in self?[keyPath: count] -= 1 }
        flush(taken)
    }

    /// True when nothing is under way on it.
    private var isUnused: Bool {
        requests.isEmpty && serving.isEmpty && feeds.isEmpty && subscriptions.isEmpty && pendingFeeds.isEmpty
            && probes == 0
    }

    /// Sends one slice; the payload goes out as it is, in one frame with those before it where they belong together. The
    /// caller flushes.
    func sendSlice(stream: UInt32, index: UInt32, slice: UInt8, payload: UnsafeRawBufferPointer) {
        guard !isClosed else { return }
        let header = FrameHeader(
            kind: .slice, stream: stream, payloadBytes: payload.count, index: index, slice: slice)
        if unsealed?.isContinued(by: header) == true,
            gathered.readableBytes + payload.count <= PeerLimits.gatheredBytes
        {
            unsealed?.header.payloadBytes += payload.count
            gathered.writeBytes(payload)
            unsentLimit.sent(payload.count)
            return
        }
        sendPayload(header, payload)
    }

    /// Sends bytes that only count. The caller flushes.
    func sendProbeData(stream: UInt32, payload: ByteBuffer) {
        let header = FrameHeader(kind: .probeData, stream: stream, payloadBytes: payload.readableBytes)
        payload.withUnsafeReadableBytes { sendPayload(header, $0) }
    }

    /// Copies the payload behind its head: in the processor's cache that costs less than a write of its own. The head is
    /// sealed when nothing more can be added.
    private func sendPayload(_ header: FrameHeader, _ payload: UnsafeRawBufferPointer) {
        guard !isClosed else { return }
        let total = FrameHeader.sealedByteCount + payload.count
        makeRoom(for: total)
        unsealed = UnsealedSlices(header: header, offset: gathered.readableBytes)
        gathered.writeRepeatingByte(0, count: FrameHeader.sealedByteCount)
        gathered.writeBytes(payload)
        unsentLimit.sent(total)
        lastSent = .now()
        lastUse = lastSent
    }

    private func sealSlices() {
        guard let slices = unsealed else { return }
        unsealed = nil
        gathered.withUnsafeMutableReadableBytes {
            write(slices.header, to: UnsafeMutableRawBufferPointer(rebasing: $0[slices.offset...]))
        }
    }

    /// Ten times a second while it feeds: lets the kernel take ahead what the rate needs.
    func adaptUnsent(now: Instant) {
        guard let bytes = unsentLimit.look(now: now) else { return }
        _ = try? channel.syncOptions?.setOption(DataPlane.unsentLimit, value: SocketOptionValue(bytes))
        _ = try? channel.syncOptions?.setOption(
            ChannelOptions.writeBufferWaterMark, value: DataPlane.waterMark(unsent: bytes))
    }

    /// Lets the socket have what was sent: now, or when all that came in this turn has been dealt with.
    func flush() {
        guard flushes.isHolding else { return flushNow() }
        guard !isFlushWaiting else { return }
        isFlushWaiting = true
        flushes.add(self)
    }

    /// The same now; the promise is kept when the socket has taken all of it.
    func flush(_ taken: EventLoopPromise<Void>) {
        handOver()
        channel.writeAndFlush(ByteBuffer(), promise: taken)
    }

    /// Lets the socket have what was sent.
    func flushNow() {
        isFlushWaiting = false
        handOver()
        channel.flush()
    }

    /// Gives the channel what was gathered. The memory is used again once the socket has taken the bytes; who feeds
    /// nobody keeps none.
    private func handOver() {
        sealSlices()
        guard gathered.readableBytes > 0, !isHandedOver else { return }
        channel.write(gathered, promise: nil)
        if feeds.isEmpty { gathered = ByteBuffer() } else { isHandedOver = true }
    }

    /// Sees to it that a frame fits: hands over what is full.
    private func makeRoom(for bytes: Int) {
        sealSlices()
        if gathered.readableBytes + bytes > PeerLimits.gatheredBytes, !isHandedOver {
            handOver()
            channel.flush()
        }
        if isHandedOver {
            isHandedOver = false
            gathered.clear()
        }
        if gathered.capacity == 0, !feeds.isEmpty { gathered.reserveCapacity(PeerLimits.gatheredBytes) }
    }

    /// Once a second: ends what is dead or of no use, keeps alive what is quiet, changes keys that are old.
    func keepHouse(now: NIODeadline) {
        if now - lastReceived > .seconds(PeerLimits.idleSeconds) { return close() }
        if isOurs, isUnused, now - lastUse > .seconds(PeerLimits.unusedSeconds) { return dismiss() }
        if now - lastSent > .seconds(PeerLimits.keepAliveSeconds) { send(.keepAlive, stream: 0) }
        if now - lastRekey > .hours(1) {
            lastRekey = now
            send(.rekey, stream: 0)
        }
    }

    func close() {
        if !isClosed { flushNow() }
        channel.close(mode: .all, promise: nil)
    }

    /// Closes a session that was opened for a probe when nothing is under way on it.
    func dismissIfForProbe() {
        if isForProbe, !isClosed, isUnused { dismiss() }
    }

    /// Closes a session that nobody needs, having said so: its end is no sign of trouble.
    private func dismiss() {
        isDismissed = true
        send(.probe, stream: 0, body: ProbeBody.farewell.encoded())
        close()
    }

    /// Opens sealed bytes in place; false when they were not sealed by the other side or came out of order.
    func open(_ buffer: UnsafeMutableRawBufferPointer) -> Bool {
        noise.receiving.open(buffer)
    }

    func rekeyReceiving() {
        noise.receiving.rekey()
    }

    private func write(_ header: FrameHeader, to buffer: UnsafeMutableRawBufferPointer) {
        let target = UnsafeMutableRawBufferPointer(rebasing: buffer[..<FrameHeader.sealedByteCount])
        header.write(to: target)
        seal(target)
    }

    private func seal(_ buffer: UnsafeMutableRawBufferPointer) {
        // A counter that is used up (after 2^64 frames without a rekey) must never send plain bytes.
        guard noise.sending.seal(buffer) else {
            buffer.initializeMemory(as: UInt8.self, repeating: 0)
            return channel.close(mode: .all, promise: nil)
        }
    }
}
