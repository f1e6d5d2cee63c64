import Basics
import Glibc
import Gossip
import Logging
import NIOCore
import NIOPosix
import Trust

/// Runs the membership core on the event loop: datagrams, timers, signatures.
///
/// Datagrams are sealed under the site's gossip key; records are verified on a worker before the core believes them.
final class GossipService {
    private let loop: any EventLoop
    private let logger: Logger
    private let membership: PeerMembership
    private let socket: GossipSocket
    private let verifier: RecordVerifier
    private let now: () -> Instant
    private var core: Membership
    private var seal: GossipSeal
    private let metrics = GossipMetrics()
    private var lastMetrics = Instant.origin
    private var timer: Scheduled<Void>?
    /// When the timer fires; it may be earlier than anything is due.
    private var timerDeadline = Instant.never
    private var outputs = Membership.Outputs()
    /// True while outputs are run: what they cause waits its turn.
    private var isRunning = false
    private var waiting: [Membership.Input] = []
    /// True once it was said that no seed answers.
    private var isAlone = false
    private var presence = PresenceLog()
    private var onLeft: (() -> Void)?
    /// Called for every change of the view.
    var onEvent: (MembershipEvent) -> Void = { _ in }
    /// Persists the epoch of this identity.
    var adoptEpoch: (UInt32) -> Void = { _ in }
    /// Carries a message over a session, for peers that datagrams do not reach.
    var sendStreamed: (Route, [UInt8]) -> Void = { _, _ in }

    init(
        loop: any EventLoop, workers: WorkerPool, logger: Logger, membership: PeerMembership,
        ring: GossipKeyRing, card: Card, pulse: Pulse, epoch: UInt32, now: @escaping () -> Instant = MonotonicClock.now
    ) {
        self.loop = loop
        self.logger = logger
        self.membership = membership
        self.now = now
        socket = GossipSocket(loop: loop)
        verifier = RecordVerifier(loop: loop, workers: workers, logger: logger, membership: membership)
        var generator = SystemRandomNumberGenerator()
        core = Membership(
            ownID: membership.peerID, card: card, pulse: pulse, epoch: epoch, seed: generator.next())
        seal = GossipSeal(ring: ring, own: membership.peerID, now: now())
        socket.onDatagram = { [unowned self] in received($0, from: $1) }
    }

    // MARK: Life

    /// Binds the UDP socket and joins.
    func start(listen: SocketAddress, seeds: [PeerAddress]) -> EventLoopFuture<Void> {
        let bound = NIOLoopBound(self, eventLoop: loop)
        return socket.bind(listen).map {
            bound.value.handle(.start(seeds: seeds))
            bound.value.watchSeeds(seeds)
        }
    }

    /// Says when no seed answers, since a peer that is alone by mistake looks like one that is alone on purpose.
    private func watchSeeds(_ seeds: [PeerAddress]) {
        guard !seeds.isEmpty else { return }
        let bound = NIOLoopBound(self, eventLoop: loop)
        loop.scheduleTask(in: .seconds(PeerLimits.seedSeconds)) {
            let service = bound.value
            guard service.socket.isOpen, service.core.presentCount == 1 else { return }
            service.isAlone = true
            let list = seeds.map(\.description).joined(separator: ", ")
            service.logger.warning(
                "none of the seeds \(list) answers: this peer works alone and goes on asking (are they up, of this site, and reachable by UDP or TCP?)"
            )
        }
    }

    /// Says goodbye; `then` is called when it has been told, or after a second.
    func leave(then: @escaping () -> Void) {
        onLeft = then
        logger.debug(
            "gossip: \(core.counters), \(seal.counters), cookies asked: \(seal.cookiesAsked), unsent: \(socket.unsent), unchecked: \(verifier.overflows)"
        )
        let bound = NIOLoopBound(self, eventLoop: loop)
        loop.scheduleTask(in: .seconds(1)) { bound.value.left() }
        handle(.leave)
    }

    private func left() {
        onLeft?()
        onLeft = nil
    }

    func close() {
        timer?.cancel()
        timerDeadline = .never
        socket.close()
    }

    // MARK: What is known

    var members: [MemberView] { core.views }

    func member(_ peer: PeerID) -> MemberView? { core.view(of: peer) }

    /// What is counted, and who came and went since an instant.
    func report(since: Instant) -> MembershipReport {
        MembershipReport(core.counters, present: core.presentCount, changes: presence.entries(since: since))
    }

    /// The certificate chains of the peers, as their cards carry them; each was verified before it was believed.
    var certificates: [PeerID: CertificateChain] {
        var result: [PeerID: CertificateChain] = [membership.peerID: membership.siteFile.chain]
        for record in core.records(of: .card) where record.owner != membership.peerID {
            guard let card = try? Card(decoding: record.body),
                let chain = try? CertificateChain(decoding: card.certificate)
            else { continue }
            result[record.owner] = chain
        }
        return result
    }

    /// What all peers announced of a kind, withdrawn ones left out.
    func records(of kind: RecordKind) -> [SignedRecord] { core.records(of: kind) }

    // MARK: Inputs

    func report(_ pulse: Pulse) { handle(.report(pulse)) }

    /// Announces a record beside card and pulse; an empty body withdraws it.
    func announce(_ kind: RecordKind, item: UInt8 = 0, _ body: [UInt8]) {
        handle(.announce(kind: kind, item: item, body: body))
    }

    func lostContact(_ peer: PeerID) { handle(.lostContact(peer)) }

    /// A message that came over a session: the sender proved who it is in its handshake.
    func received(_ message: [UInt8], over peer: PeerID) {
        message.withUnsafeBytes { take($0, from: .stream(peer), sender: peer) }
    }

    private func received(_ datagram: UnsafeMutableRawBufferPointer, from address: PeerAddress) {
        let isLoaded = verifier.pending >= PeerLimits.cookieLoad
        let opened = seal.open(datagram, from: address, now: now()) { sender in
            isLoaded && !core.isProven(sender, at: address)
        }
        switch opened {
        case .gossip(let sender, let plain):
            take(
                UnsafeRawBufferPointer(rebasing: datagram[plain]), from: .datagram(address), sender: sender)
        case .cookieDue(let cookie): socket.send(to: address) { seal.seal(cookie, into: $0) }
        case .done: break
        }
    }

    /// Other gossip keys: from now on they open, and one of them seals.
    func take(_ ring: GossipKeyRing) { seal.take(ring) }

    private func take(_ bytes: UnsafeRawBufferPointer, from source: Route, sender: PeerID) {
        guard !isRunning else { return }
        run { core.handle(datagram: bytes, from: source, sender: sender, now: now(), into: &outputs) }
    }

    private func handle(_ input: Membership.Input) {
        guard !isRunning else { return waiting.append(input) }
        run { core.handle(input, now: now(), into: &outputs) }
    }

    /// Runs an input and its outputs; then, one after the other, what these caused.
    private func run(_ first: () -> Void) {
        isRunning = true
        first()
        while true {
            for output in outputs.all { run(output) }
            outputs.removeAll()
            guard !waiting.isEmpty else { break }
            core.handle(waiting.removeFirst(), now: now(), into: &outputs)
        }
        isRunning = false
        schedule()
    }

    // MARK: Outputs

    private func run(_ output: Membership.Output) {
        switch output {
        case .send(.datagram(let address), let bytes):
            outputs.withBytes(bytes) { plain in socket.send(to: address) { seal.seal(plain, to: address, into: $0) } }
        case .send(let route, let bytes): sendStreamed(route, outputs.array(bytes))
        case .verify(let ticket, let bytes): verify(ticket, outputs.array(bytes))
        case .needSigned(let name, let version, let body):
            let body = outputs.array(body)
            let signed = SignedRecord.signedBytes(name, version: version, body: body)
            let signature = membership.identity.signing.sign(signed, context: .record)
            handle(
                .publish(
                    SignedRecord(
                        owner: name.owner, kind: name.kind, item: name.item, version: version, body: body,
                        signature: signature.bytes)))
        case .adoptEpoch(let epoch): adoptEpoch(epoch)
        case .event(let event):
            if event == .left(membership.peerID) { left() }
            if event == .refuted { seal.renew() }
            if isAlone, case .joined(let peer) = event {
                isAlone = false
                logger.notice("peer \(core.view(of: peer)?.name ?? peer.short) answers: no longer alone")
            }
            presence.note(event, at: now(), present: core.presentCount) { core.view(of: $0)?.name }
            onEvent(event)
        }
    }

    private func verify(_ ticket: VerificationTicket, _ bytes: [UInt8]) {
        verifier.verify(bytes) { owner in
            core.record(of: owner, kind: .card)
        } then: { [weak self] isGood in
            self?.handle(.verified(ticket, isGood ? .good : .bad))
        }
    }

    /// A timer that fires early is harmless, and cheaper than a new one after every datagram.
    private func schedule() {
        guard socket.isOpen, core.nextDeadline < timerDeadline else { return }
        timer?.cancel()
        timerDeadline = core.nextDeadline
        let bound = NIOLoopBound(self, eventLoop: loop)
        let wait = max(0, (timerDeadline - now()).wholeNanoseconds)
        timer = loop.scheduleTask(in: .nanoseconds(wait)) {
            bound.value.timerDeadline = .never
            bound.value.handle(.timer)
            bound.value.publishMetrics()
        }
    }

    /// Timers come several times a second, and need not all do it.
    private func publishMetrics() {
        guard now() - lastMetrics > .seconds(PeerLimits.metricsSeconds) else { return }
        lastMetrics = now()
        metrics.publish(core.counters, seal.counters, present: core.presentCount)
    }
}
