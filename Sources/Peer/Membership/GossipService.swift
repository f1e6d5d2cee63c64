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
    private let site: MembershipDriver
    /// Where sites are groups of their own.
    private let bridges: BridgeService?
    private var seal: GossipSeal
    private let metrics = GossipMetrics()
    private var lastMetrics = Instant.origin
    /// True once it was said that no seed answers.
    private var isAlone = false
    private var presence = PresenceLog()
    private var onLeft: (() -> Void)?
    /// Called for every change of the view.
    var onEvent: (MembershipEvent) -> Void = { _ in }
    /// Carries a message over a session, for peers that datagrams do not reach.
    var sendStreamed: (Route, [UInt8]) -> Void = { _, _ in }

    /// - Parameters:
    ///   - epochs: raises and persists the epoch of this identity, at least above a given one.
    ///   - relay: what this peer carries between its site and others when it is a bridge; nil where all sites are one group.
    init(
        loop: any EventLoop, workers: WorkerPool, logger: Logger, membership: PeerMembership,
        ring: GossipKeyRing, card: Card, pulse: Pulse, epochs: @escaping (_ above: UInt32) -> UInt32,
        relay: SiteRelay? = nil, now: @escaping () -> Instant = MonotonicClock.now
    ) {
        self.loop = loop
        self.logger = logger
        self.membership = membership
        self.now = now
        let socket = GossipSocket(loop: loop)
        let verifier = RecordVerifier(loop: loop, workers: workers, logger: logger, membership: membership)
        self.socket = socket
        self.verifier = verifier
        var generator = SystemRandomNumberGenerator()
        func driver(_ group: SiteRelay.Group, _ seed: UInt64) -> MembershipDriver {
            let core = Membership(
                ownID: membership.peerID, card: card, pulse: pulse, epoch: epochs(0), seed: seed)
            let driver = MembershipDriver(
                group, core: core, loop: loop, membership: membership, verifier: verifier, now: now)
            driver.adoptEpoch = { _ = epochs($0) }
            return driver
        }
        let site = driver(.site, generator.next())
        self.site = site
        var carry: (SiteRelay.Group, Route, UnsafeRawBufferPointer) -> Void = { _, _, _ in }
        let send = { carry($0, $1, $2) }
        bridges = relay.map { relay in
            BridgeService(loop: loop, logger: logger, site: site, relay: relay, now: now) {
                var generator = SystemRandomNumberGenerator()
                let driver = driver(.bridges, generator.next())
                driver.send = { send(.bridges, $0, $1) }
                return driver
            }
        }
        seal = GossipSeal(ring: ring, own: membership.peerID, now: now())
        carry = { [unowned self] in self.send($2, of: $0, by: $1) }
        site.send = { send(.site, $0, $1) }
        site.onEvent = { [unowned self] in siteEvent($0) }
        site.onTimer = { [unowned self] in publishMetrics() }
        socket.onDatagram = { [unowned self] in received($0, from: $1) }
    }

    // MARK: Life

    /// Binds the UDP socket and joins.
    func start(listen: SocketAddress, seeds: [PeerAddress]) -> EventLoopFuture<Void> {
        let bound = NIOLoopBound(self, eventLoop: loop)
        return socket.bind(listen).map {
            bound.value.site.handle(.start(seeds: seeds))
            bound.value.bridges?.start()
            bound.value.watchSeeds(seeds)
        }
    }

    /// Says when no seed answers, since a peer that is alone by mistake looks like one that is alone on purpose.
    private func watchSeeds(_ seeds: [PeerAddress]) {
        guard !seeds.isEmpty else { return }
        let bound = NIOLoopBound(self, eventLoop: loop)
        loop.scheduleTask(in: .seconds(PeerLimits.seedSeconds)) {
            let service = bound.value
            guard service.socket.isOpen, service.site.core.presentCount == 1 else { return }
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
            "gossip: \(site.core.counters), \(seal.counters), cookies asked: \(seal.cookiesAsked), unsent: \(socket.unsent), unchecked: \(verifier.overflows)"
        )
        let bound = NIOLoopBound(self, eventLoop: loop)
        loop.scheduleTask(in: .seconds(1)) { bound.value.left() }
        bridges?.leave()
        site.handle(.leave)
    }

    private func left() {
        onLeft?()
        onLeft = nil
    }

    func close() {
        site.stop()
        bridges?.stop()
        socket.close()
    }

    // MARK: What is known

    var members: [MemberView] { site.core.views }

    func member(_ peer: PeerID) -> MemberView? { site.core.view(of: peer) }

    /// Where a peer is: one of this site, or a bridge of another one.
    func address(of peer: PeerID) -> PeerAddress? { (site.core.view(of: peer) ?? bridges?.member(peer))?.address }

    /// The other sites; nil where all sites are one group.
    var sites: SitesView? {
        bridges.map { bridges in
            SitesView(
                own: site.core.card(of: membership.peerID)?.site ?? "", sites: site.core.siteDirectory,
                bridges: site.core.bridges.all.compactMap { site.core.view(of: $0)?.name },
                bridgesInAll: bridges.presentCount)
        }
    }

    /// What is counted, and who came and went since an instant.
    func report(since: Instant) -> MembershipReport {
        MembershipReport(site.core.counters, present: site.core.presentCount, changes: presence.entries(since: since))
    }

    /// The certificate chains of the peers, as their cards carry them; each was verified before it was believed.
    var certificates: [PeerID: CertificateChain] {
        var result: [PeerID: CertificateChain] = [membership.peerID: membership.siteFile.chain]
        for record in site.core.records(of: .card) where record.owner != membership.peerID {
            guard let card = try? Card(decoding: record.body),
                let chain = try? CertificateChain(decoding: card.certificate)
            else { continue }
            result[record.owner] = chain
        }
        return result
    }

    /// What all peers announced of a kind, withdrawn ones left out.
    func records(of kind: RecordKind) -> [SignedRecord] { site.core.records(of: kind) }

    // MARK: Inputs

    func report(_ pulse: Pulse) { site.handle(.report(pulse)) }

    /// Announces a record beside card and pulse; an empty body withdraws it.
    func announce(_ kind: RecordKind, item: UInt8 = 0, _ body: [UInt8]) {
        site.handle(.announce(kind: kind, item: item, body: body))
    }

    /// How long the way to a peer of this site is now: ``MembershipEvent/echoed(_:after:)`` follows.
    func askEcho(of peer: PeerID) { site.handle(.echo(peer)) }

    func lostContact(_ peer: PeerID) {
        site.handle(.lostContact(peer))
        bridges?.lostContact(peer)
    }

    /// A message that came over a session: the sender proved who it is in its handshake.
    func received(_ message: [UInt8], over peer: PeerID) {
        message.withUnsafeBytes { take($0, from: .stream(peer), sender: peer) }
    }

    private func received(_ datagram: UnsafeMutableRawBufferPointer, from address: PeerAddress) {
        let isLoaded = verifier.pending >= PeerLimits.cookieLoad
        let opened = seal.open(datagram, from: address, now: now()) { sender in
            isLoaded && !site.core.isProven(sender, at: address)
                && bridges?.isProven(sender, at: address) != true
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
        switch bytes.first {
        case GossipGroup.bridgeMark:
            let message = UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
            guard let answer = bridges?.take(message, from: source, sender: sender) else { return }
            answer.withUnsafeBytes { carry($0, by: source) }
        case BridgeReferral.mark: bridges?.take(referral: bytes, from: source)
        default: site.take(bytes, from: source, sender: sender)
        }
    }

    // MARK: Outputs

    private func send(_ message: UnsafeRawBufferPointer, of group: SiteRelay.Group, by route: Route) {
        switch group {
        case .site: carry(message, by: route)
        case .bridges: ([GossipGroup.bridgeMark] + message).withUnsafeBytes { carry($0, by: route) }
        }
    }

    private func carry(_ message: UnsafeRawBufferPointer, by route: Route) {
        if case .datagram(let address) = route {
            socket.send(to: address) { seal.seal(message, to: address, into: $0) }
        } else {
            sendStreamed(route, Array(message))
        }
    }

    private func siteEvent(_ event: MembershipEvent) {
        if event == .left(membership.peerID) { left() }
        if event == .refuted { seal.renew() }
        if isAlone, case .joined(let peer) = event {
            isAlone = false
            logger.notice("peer \(site.core.view(of: peer)?.name ?? peer.short) answers: no longer alone")
        }
        presence.note(event, at: now(), present: site.core.presentCount) { site.core.view(of: $0)?.name }
        bridges?.siteEvent(event)
        onEvent(event)
    }

    /// Timers come several times a second, and need not all do it.
    private func publishMetrics() {
        guard now() - lastMetrics > .seconds(PeerLimits.metricsSeconds) else { return }
        lastMetrics = now()
        metrics.publish(site.core.counters, seal.counters, present: site.core.presentCount)
    }
}
