import Basics
import Gossip
import NIOCore

/// Carries out one ``ProbeBurst`` of this host over sessions to its partners. It belongs to the event loop.
final class BurstRunner {
    private struct Flow {
        let session: Session
        let stream: UInt32
        var isGranted = false
        var sender: ProbeSender?
    }

    private unowned let plane: DataPlane
    private let onEnd: (BurstResult) -> Void
    private var burst: ProbeBurst
    private var flows: [PeerID: Flow] = [:]
    private var outputs: [ProbeBurst.Output] = []
    private var timer: Scheduled<Void>?
    private var isRunning = false
    private var isOver = false

    /// - Parameter onEnd: called once; not before ``start()``.
    init(
        plane: DataPlane, direction: ProbeDirection, candidates: [PeerID], ramp: Duration = BandwidthLimits.ramp,
        onEnd: @escaping (BurstResult) -> Void
    ) {
        self.plane = plane
        self.onEnd = onEnd
        burst = ProbeBurst(direction: direction, candidates: candidates, ramp: ramp, now: plane.now(), into: &outputs)
    }

    func start() {
        scheduleTick()
        carryOut()
    }

    func cancel() {
        burst.cancel(into: &outputs)
        carryOut()
    }

    /// A frame of a stream that this burst opened; false when it is none.
    func received(_ kind: FrameKind, _ frame: Frame, on session: Session) -> Bool {
        guard let flow = flows[session.peer], flow.session === session, flow.stream == frame.header.stream else {
            return false
        }
        // Data are counted by the socket.
        guard kind == .probe, let body = try? ProbeBody(decoding: frame.body) else { return true }
        switch body {
        case .granted: granted(session.peer)
        case .busy, .end: leave(session.peer)
        case .ask, .farewell: break
        }
        return true
    }

    func closed(_ session: Session) {
        guard flows[session.peer]?.session === session else { return }
        leave(session.peer)
    }

    // MARK: What the burst wants

    private func carryOut() {
        // Asking a peer that is connected answers at once: only the outermost call works the list off.
        guard !isRunning else { return }
        isRunning = true
        while !outputs.isEmpty {
            switch outputs.removeFirst() {
            case .ask(let peer): ask(peer)
            case .drop(let peer): end(peer)
            case .finished(let result): finish(result)
            }
        }
        isRunning = false
    }

    private func ask(_ peer: PeerID) {
        let isNew = !plane.hasOutgoing(peer)
        plane.connect(to: peer) { [weak self] result in
            guard let self else { return }
            guard !isOver, flows[peer] == nil, case .success(let session) = result else {
                // It may be connected too late for this burst, and is not needed then.
                if isNew, case .success(let session) = result {
                    session.isForProbe = true
                    dismiss(session)
                }
                return refused(peer)
            }
            if isNew { session.isForProbe = true }
            session.probes += 1
            let stream = session.makeStream()
            flows[peer] = Flow(session: session, stream: stream)
            session.send(.probe, stream: stream, body: ProbeBody.ask(burst.direction).encoded())
        }
    }

    private func granted(_ peer: PeerID) {
        guard let flow = flows[peer], !flow.isGranted, let total = total(of: flow) else { return }
        flows[peer]?.isGranted = true
        burst.granted(peer, total: total, now: plane.now(), into: &outputs)
        if burst.direction == .up, burst.partners.contains(peer) {
            flows[peer]?.sender = ProbeSender(
                session: flow.session, stream: flow.stream, limit: BandwidthLimits.servedBytes)
        }
        carryOut()
    }

    private func leave(_ peer: PeerID) {
        end(peer)
        refused(peer)
    }

    private func refused(_ peer: PeerID) {
        burst.refused(peer, now: plane.now(), into: &outputs)
        carryOut()
    }

    private func total(of flow: Flow) -> UInt64? {
        guard let figures = SocketFigures(flow.session.channel) else { return nil }
        switch burst.direction {
        case .down: return figures.arrived
        case .up: return figures.delivered
        }
    }

    // MARK: Time

    private func scheduleTick() {
        let bound = NIOLoopBound(self, eventLoop: plane.loop)
        timer = plane.loop.scheduleTask(in: .nanoseconds(PeerLimits.probeTick.wholeNanoseconds)) { bound.value.tick() }
    }

    private func tick() {
        guard !isOver else { return }
        for peer in burst.partners {
            if let flow = flows[peer], let total = total(of: flow) { burst.read(peer, total: total) }
        }
        burst.tick(now: plane.now(), into: &outputs)
        carryOut()
        if !isOver { scheduleTick() }
    }

    // MARK: Ends

    private func finish(_ result: BurstResult) {
        guard !isOver else { return }
        isOver = true
        timer?.cancel()
        for peer in flows.keys.sorted() { end(peer) }
        onEnd(result)
    }

    private func end(_ peer: PeerID) {
        guard let flow = flows.removeValue(forKey: peer) else { return }
        flow.sender?.stop()
        flow.session.send(.probe, stream: flow.stream, body: ProbeBody.end.encoded())
        flow.session.probes -= 1
        dismiss(flow.session)
    }

    /// Closes a session that only bursts needed, once what is under way is through.
    private func dismiss(_ session: Session) {
        guard session.isForProbe else { return }
        let bound = NIOLoopBound(session, eventLoop: plane.loop)
        let linger = TimeAmount.nanoseconds(PeerLimits.probeLinger.wholeNanoseconds)
        plane.loop.scheduleTask(in: linger) { bound.value.dismissIfForProbe() }
    }
}
