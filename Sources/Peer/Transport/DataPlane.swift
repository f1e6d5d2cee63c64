import Basics
import Glibc
import ImageStore
import Logging
import NIOCore
import NIOPosix
import Pipeline
import Trust

/// Everything that moves bytes between peers: sessions, requests and image transfers, all on one event loop.
///
/// Other code reaches it through ``DataPlaneHandle``.
final class DataPlane: SessionOwner {
    let loop: any EventLoop
    let store: LocalStore
    let workers: WorkerPool
    let logger: Logger
    let membership: PeerMembership
    var counters = TransferCounters()
    let flushes = FlushQueue()
    /// Slices that came in this turn of the event loop.
    let slices = ArrivingSlices()
    /// Transfers whose children may get something at its end.
    var pumping: [ImageTransfer] = []
    /// Those that are being looked after: memory that is used again.
    var pumped: [ImageTransfer] = []
    /// Answers a peer's address, from what gossip knows.
    var addressOf: (PeerID) -> SocketAddress? = { _ in nil }
    /// A session with a peer ended.
    var onSessionLost: (PeerID) -> Void = { _ in }
    /// Answers other peers' requests; runs outside the loop.
    var serve: RequestHandler?
    /// Gossip that came over a session.
    var onGossip: (PeerID, [UInt8]) -> Void = { _, _ in }
    /// Asks a peer of this site for an echo, which comes to ``echoed(_:after:)``.
    var askEcho: (PeerID) -> Void = { _ in }
    /// Gossip that waits for sessions.
    var gossipDials = GossipDials()
    /// Shares the host's link out among images.
    lazy var arbiter = LinkArbiter(self)
    /// Measures what this host can send and receive.
    var bandwidth: BandwidthService?

    /// One session with each peer, whoever opened it.
    private(set) var sessionByPeer: [PeerID: Session] = [:]
    private(set) var sessions: [ObjectIdentifier: Session] = [:]
    /// Sessions that we opened, by peer; one a peer.
    private(set) var outgoing: [PeerID: Outgoing] = [:]
    var transfers: [ImageID: ImageTransfer] = [:]
    var lookups: [ImageID: ImageLookup] = [:]
    var early = EarlySubscriptions()
    var openHandshakes = 0
    private var dials = 0
    private var listener: (any Channel)?
    private var ticker: Scheduled<Void>?
    /// How late ticks have been lately.
    private var lag = Duration.zero
    /// True while some image is on its way: then ticks come at the rate of progress frames.
    private(set) var isBusy = false {
        didSet {
            guard isBusy != oldValue else { return }
            bandwidth?.transferring(isBusy)
            if !isBusy { ChunkBlocks.release() }
        }
    }
    private var lastHousekeeping = NIODeadline.now()
    private(set) var isStopped = false

    enum Outgoing {
        case dialling(id: Int, [(Result<Session, SkeinError>) -> Void])
        case open(Session)
    }

    init(loop: any EventLoop, store: LocalStore, workers: WorkerPool, logger: Logger, membership: PeerMembership) {
        self.loop = loop
        self.store = store
        self.workers = workers
        self.logger = logger
        self.membership = membership
    }

    func now() -> Instant { MonotonicClock.now() }

    // MARK: Life

    /// Listens for peers; fails when the address is taken.
    func start(listen: SocketAddress) -> EventLoopFuture<Void> {
        let bound = NIOLoopBound(self, eventLoop: loop)
        return ServerBootstrap(group: loop)
            .serverChannelOption(.backlog, value: 512)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try bound.value.accept(channel) }
            }
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelOption(.writeBufferWaterMark, value: DataPlane.waterMark(unsent: UnsentLimit().bytes))
            .childChannelOption(DataPlane.unsentLimit, value: SocketOptionValue(UnsentLimit().bytes))
            .childChannelOption(.recvAllocator, value: DataPlane.receiveAllocator)
            .bind(to: listen)
            .map { bound.value.listener = $0 }
    }

    func stop() {
        isStopped = true
        ticker?.cancel()
        bandwidth?.stop()
        listener?.close(promise: nil)
        for session in sessions.values { session.close() }
    }

    /// What the kernel takes ahead of what it has sent: what waits longer than need be cannot be decided anew.
    static let unsentLimit = ChannelOptions.Types.SocketOption(level: .tcp, name: .init(rawValue: TCP_NOTSENT_LOWAT))
    /// What waits for a socket, in the same way: news of the plan wait behind it.
    static func waterMark(unsent bytes: Int) -> ChannelOptions.Types.WriteBufferWaterMark {
        let high = bytes / PeerLimits.waitingShare
        return ChannelOptions.Types.WriteBufferWaterMark(low: high / 2, high: high)
    }
    /// Nobody keeps what was read, so one buffer a socket serves for all reads, and grows with what a read brings.
    static let receiveAllocator = AdaptiveRecvByteBufferAllocator(
        minimum: 16 << 10, initial: 16 << 10, maximum: PeerLimits.readBytes)

    private func accept(_ channel: any Channel) throws {
        guard !isStopped, openHandshakes < PeerLimits.openHandshakes, sessions.count < PeerLimits.sessions else {
            throw ChannelError.operationUnsupported
        }
        openHandshakes += 1
        try addHandlers(channel, role: .responder, expected: nil)
    }

    func addHandlers(_ channel: any Channel, role: NoiseXX.Role, expected: PeerID?) throws {
        let handshake = Handshake(
            role: role, identity: membership.identity, chain: membership.siteFile.chain, site: membership.siteFile.site,
            expected: expected)
        let handler = SessionHandler(role: role, handshake: handshake, owner: self, unixSeconds: WallClock.unixSeconds)
        try channel.pipeline.syncOperations.addHandler(handler)
    }

    // MARK: Sessions

    /// A session to a peer: the open one, or a new one.
    func connect(to peer: PeerID, then: @escaping (Result<Session, SkeinError>) -> Void) {
        switch outgoing[peer] {
        case .open(let session) where !session.isClosed:
            then(.success(session))
        case .dialling(let id, let waiting):
            outgoing[peer] = .dialling(id: id, waiting + [then])
        case .open, nil:
            dials += 1
            outgoing[peer] = .dialling(id: dials, [then])
            dial(peer, id: dials)
        }
    }

    private func dial(_ peer: PeerID, id: Int) {
        guard !isStopped, let address = addressOf(peer) else {
            return dialEnded(peer, id: id, .failure(unreachable(peer, "its address is not known")))
        }
        dial(address, expected: peer) { [self] cause in
            // The session itself is reported by ``sessionOpened``; here only an early end matters.
            dialEnded(peer, id: id, .failure(unreachable(peer, cause)))
        }
    }

    /// Answers those who wait for a dial; the end of an earlier one (`id`) means nothing to a later one.
    private func dialEnded(_ peer: PeerID, id: Int?, _ result: Result<Session, SkeinError>) {
        guard case .dialling(let current, let waiting)? = outgoing[peer], id == nil || id == current else { return }
        outgoing[peer] = (try? result.get()).map(Outgoing.open)
        for then in waiting { then(result) }
    }

    func unreachable(_ peer: PeerID, _ cause: String) -> SkeinError {
        SkeinError(
            .unreachable, doing: "connecting to peer \(peer.short)", cause: cause,
            next: "see `skein peers` for who is alive")
    }

    func sessionOpened(_ session: Session, initiated: Bool) {
        openHandshakes -= 1
        sessions[ObjectIdentifier(session)] = session
        session.isOurs = initiated
        if sessionByPeer[session.peer]?.isClosed ?? true { sessionByPeer[session.peer] = session }
        if ticker == nil { scheduleTick(in: DataPlane.restInterval) }
        guard initiated else { return }
        if sendGossipDialled(on: session) {
            if outgoing[session.peer] == nil { outgoing[session.peer] = .open(session) }
            return
        }
        guard case .dialling? = outgoing[session.peer] else { return session.close() }
        dialEnded(session.peer, id: nil, .success(session))
    }

    func handshakeEnded(_ error: (any Error)?) {
        openHandshakes -= 1
        counters.refusedHandshakes += 1
        if let error { logger.debug("a connection ended in its handshake: \(error)") }
    }

    func sessionClosed(_ session: Session) {
        // What came before the end counts.
        slices.finish()
        sessions[ObjectIdentifier(session)] = nil
        if sessionByPeer[session.peer] === session {
            sessionByPeer[session.peer] = sessions.values.first { $0.peer == session.peer && !$0.isClosed }
        }
        if case .open(let open)? = outgoing[session.peer], open === session { outgoing[session.peer] = nil }
        // What it asked for goes on: orders are durable here, and only an explicit cancel takes them back.
        let error = unreachable(session.peer, "the connection to \(session.name) was lost")
        for request in session.requests.values { request.onEnd(.failure(error)) }
        early.remove(session)
        for feed in session.feeds.values { feed.transfer.remove(feed) }
        let fed = session.subscriptions
        bandwidth?.closed(session)
        session.requests = [:]
        session.feeds = [:]
        session.subscriptions = [:]
        for transfer in fed.values { transfer.lost(session.peer) }
        if !isStopped, !session.isDismissed { onSessionLost(session.peer) }
    }

    // MARK: Frames

    func sessionReceived(_ frame: Frame, on session: Session) {
        // A frame of a later version is carried past.
        guard let kind = FrameKind(rawValue: frame.header.kind) else { return }
        if kind != .keepAlive, kind != .rekey { session.lastUse = .now() }
        let stream = frame.header.stream
        let index = Int(frame.header.index)
        // What comes behind slices is dealt with behind them.
        if kind != .slice { slices.finish() }
        switch kind {
        case .slice: slices.add(frame, from: session)
        case .chunk:
            guard let transfer = session.subscriptions[stream] else { return }
            guard let body = try? ChunkBody(decoding: frame.body) else { return session.close() }
            transfer.received(chunk: index, body: body, from: session)
        case .subscribe: subscribed(frame, session)
        case .accepted: session.subscriptions[stream]?.accepted(by: session.peer)
        case .refused: session.subscriptions.removeValue(forKey: stream)?.refused(by: session.peer)
        case .progress: session.subscriptions[stream]?.isAlive(session.peer, holding: index)
        case .credit:
            guard let feed = session.feeds[stream] else { return }
            feed.transfer.exchange.addCredit(index, for: feed.child)
            pumpAtEnd(feed.transfer)
        case .unsubscribe:
            early.remove(session, stream: stream)
            session.pendingFeeds.end(stream)
            if let feed = session.feeds.removeValue(forKey: stream) { feed.transfer.remove(feed) }
        case .plan:
            guard let body = try? PlanBody(decoding: frame.body) else { return session.close() }
            transfers[body.image]?.heard(body.news, from: session.peer)
        case .request: requested(frame, session)
        case .event: session.requests[stream]?.onEvent(frame.body)
        case .response: session.requests.removeValue(forKey: stream)?.onEnd(.success(frame.body))
        case .failure:
            session.requests.removeValue(forKey: stream)?.onEnd(.failure(ErrorBody.decode(frame.body)))
        case .cancel: session.serving.removeValue(forKey: stream)?.cancel()
        case .gossip: onGossip(session.peer, frame.body)
        case .probe, .probeData: bandwidth?.received(frame, kind, on: session)
        case .keepAlive, .rekey: break
        }
    }

    private func requested(_ frame: Frame, _ session: Session) {
        let stream = frame.header.stream
        guard let serve, let call = try? RequestBody(decoding: frame.body), session.serving[stream] == nil,
            session.serving.count < PeerLimits.requestsPerSession, session.unsentAnswers < PeerLimits.unsentAnswers
        else {
            let error = SkeinError(
                .resources, doing: "asking \(membership.name)", cause: "it takes no more requests now")
            return session.send(.failure, stream: stream, body: ErrorBody.encode(error))
        }
        let bound = NIOLoopBound(session, eventLoop: loop)
        let loop = loop
        let caller = RequestCaller(peer: session.peer, name: session.name, roles: session.chain.peer.roles)
        session.serving[stream] = Task {
            let answer: (FrameKind, [UInt8])
            do {
                let response = try await serve(caller, call) { event in
                    // Events may be lost; a peer that does not read them gets none.
                    guard event.count <= PeerLimits.messageBytes else { return }
                    loop.execute { bound.value.sendEvent(stream: stream, body: event) }
                }
                guard response.count <= PeerLimits.messageBytes else {
                    throw SkeinError(
                        .resources, doing: "answering \(call.method)", cause: "the answer has \(response.count) bytes")
                }
                answer = (.response, response)
            } catch {
                answer = (.failure, ErrorBody.encode(.wrap(error, doing: "answering \(call.method)")))
            }
            loop.execute {
                bound.value.serving[stream] = nil
                bound.value.sendAnswer(answer.0, stream: stream, body: answer.1)
            }
        }
    }

    // MARK: Time

    private static let busyInterval = TimeAmount.nanoseconds(PipelineLimits.progressInterval.wholeNanoseconds)
    private static let restInterval = TimeAmount.seconds(1)

    /// An image is on its way: ticks come often until none is.
    func beBusy() {
        guard !isBusy else { return }
        isBusy = true
        ticker?.cancel()
        scheduleTick(in: DataPlane.busyInterval)
    }

    /// A peer at rest with no open session has no timer at all.
    private func scheduleTick(in interval: TimeAmount) {
        guard !isStopped else { return }
        let bound = NIOLoopBound(self, eventLoop: loop)
        let due = now() + .nanoseconds(interval.nanoseconds)
        ticker = loop.scheduleTask(in: interval) { bound.value.tick(due: due) }
    }

    private func tick(due: Instant) {
        ticker = nil
        // Nobody is given up for silence whose slices are here.
        slices.finish()
        let instant = now()
        // On a host without time for this peer ticks come late: then others that are late are no worse.
        lag = max(instant - due, lag * 9 / 10)
        arbiter.look(now: instant)
        for transfer in transfers.values {
            transfer.tick(now: instant, lag: lag)
            if transfer.isIdle, NIODeadline.now() - transfer.lastUse > .seconds(60) { transfers[transfer.image] = nil }
        }
        for session in sessions.values {
            if !session.feeds.isEmpty { session.adaptUnsent(now: instant) }
            if !session.subscriptions.isEmpty { session.wakeMark.look(now: instant, lag: lag) }
        }
        for one in early.takeOverdue() { refuse(one.session, stream: one.stream) }
        if NIODeadline.now() - lastHousekeeping >= DataPlane.restInterval {
            lastHousekeeping = .now()
            for session in sessions.values { session.keepHouse(now: lastHousekeeping) }
        }
        if isBusy { bandwidth?.observeTransfers() }
        isBusy = !early.isEmpty || transfers.values.contains { !$0.isIdle }
        if isBusy || !sessions.isEmpty || !transfers.isEmpty {
            scheduleTick(in: isBusy ? DataPlane.busyInterval : DataPlane.restInterval)
        }
    }
}
