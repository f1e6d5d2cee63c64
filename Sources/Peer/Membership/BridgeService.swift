import Basics
import Gossip
import Logging
import NIOCore

/// Takes part in the group of all sites' bridges while this peer is one, and carries news between it and its site.
///
/// Both groups use one socket, one seal and the sessions of the peer; a mark tells their messages apart.
final class BridgeService {
    private let loop: any EventLoop
    private let logger: Logger
    private let now: () -> Instant
    private let site: MembershipDriver
    /// Makes the machine of the other group, with its ways out set.
    private let makeDriver: () -> MembershipDriver
    private var bridges: MembershipDriver?
    private var relay: SiteRelay
    private var timer: Scheduled<Void>?
    private var timerDeadline = Instant.never
    /// When a referral was last followed.
    private var lastReferral = Instant.origin
    /// Who was asked where bridges are, or is one.
    private var asked: Set<PeerAddress> = []

    init(
        loop: any EventLoop, logger: Logger, site: MembershipDriver, relay: SiteRelay, now: @escaping () -> Instant,
        makeDriver: @escaping () -> MembershipDriver
    ) {
        self.loop = loop
        self.logger = logger
        self.now = now
        self.site = site
        self.relay = relay
        self.makeDriver = makeDriver
    }

    func start() {
        relay.start(now: now())
        schedule()
    }

    /// Says goodbye there; the site's group does so itself.
    func leave() { bridges?.handle(.leave) }

    func stop() {
        timer?.cancel()
        timerDeadline = .never
        bridges?.stop()
    }

    /// How many bridges of all sites are known, this one included; 0 while this peer is none.
    var presentCount: Int { bridges?.core.presentCount ?? 0 }

    func member(_ peer: PeerID) -> MemberView? { bridges?.core.view(of: peer) }

    func isProven(_ peer: PeerID, at address: PeerAddress) -> Bool {
        bridges?.core.isProven(peer, at: address) ?? false
    }

    func lostContact(_ peer: PeerID) { bridges?.handle(.lostContact(peer)) }

    /// Something happened in the group of the site.
    func siteEvent(_ event: MembershipEvent) { note(event, in: .site) }

    /// A message of the other group, its mark taken off.
    ///
    /// - Returns: what the sender is to be told instead when this peer is no bridge: where bridges are.
    func take(_ message: UnsafeRawBufferPointer, from source: Route, sender: PeerID) -> [UInt8]? {
        if let bridges {
            bridges.take(message, from: source, sender: sender)
            return nil
        }
        let core = site.core
        let known = core.bridges.all.compactMap { core.view(of: $0)?.address }
        // No more than came: the sender may not be where it says.
        let referral = BridgeReferral(to: known).encoded()
        return known.isEmpty || referral.count > message.count ? nil : referral
    }

    /// A referral came: bridges of another site are there. Only from somebody who was asked, or over a session, and not often,
    /// so that nobody can send us about.
    func take(referral message: UnsafeRawBufferPointer, from source: Route) {
        if case .datagram(let address) = source, !asked.contains(address) { return }
        guard let bridges, now() - lastReferral >= .milliseconds(PeerLimits.referralMilliseconds) else { return }
        guard let referral = try? BridgeReferral(decoding: Array(message)) else { return }
        lastReferral = now()
        bridges.handle(.meet(referral.bridges))
    }

    private func note(_ event: MembershipEvent, in group: SiteRelay.Group) {
        relay.note(event, in: group, now: now())
        schedule()
    }

    private func update() {
        var outputs: [SiteRelay.Output] = []
        relay.update(site: site.core, bridges: bridges?.core, now: now(), into: &outputs)
        for output in outputs { run(output) }
        schedule()
    }

    private func run(_ output: SiteRelay.Output) {
        switch output {
        case .join(let seeds):
            guard bridges == nil else { return }
            logger.info("this peer is a bridge of its site now")
            let driver = makeDriver()
            let own = relay.ownID
            driver.onEvent = { [weak self, weak driver] event in
                if event == .left(own) { driver?.stop() }
                self?.note(event, in: .bridges)
            }
            bridges = driver
            asked = Set(seeds)
            driver.handle(.start(seeds: seeds))
        case .leave:
            logger.info("this peer is no bridge of its site any more")
            bridges?.handle(.leave)
            // It goes on until the goodbye is told; its memory ends with the last of its timers.
            bridges = nil
        case .announce(.site, let kind, let item, let body):
            site.handle(.announce(kind: kind, item: item, body: body))
        case .announce(.bridges, let kind, let item, let body):
            bridges?.handle(.announce(kind: kind, item: item, body: body))
        }
    }

    private func schedule() {
        let due = relay.nextDeadline
        guard due < timerDeadline else { return }
        timer?.cancel()
        timerDeadline = due
        let bound = NIOLoopBound(self, eventLoop: loop)
        timer = loop.scheduleTask(in: .nanoseconds(max(0, (due - now()).wholeNanoseconds))) {
            bound.value.timerDeadline = .never
            bound.value.update()
        }
    }
}
