import Basics
import Gossip
import Logging
import NIOCore

/// Knows what this host can send and receive: runs its ``ProbePlan``, serves the bursts of others, and takes passive
/// samples from transfers. It belongs to the event loop.
final class BandwidthService {
    private unowned let plane: DataPlane
    private let logger: Logger
    /// The members that gossip knows now.
    private let members: () -> [MemberView]
    /// A forecast changed enough to tell.
    var onChange: () -> Void = {}
    /// What an operator said of this host's link: nothing is measured then.
    private var declared: DeclaredRates.Link?
    /// What Skein may take of the link in all: others shall not plan with more.
    var limits: (up: BitRate?, down: BitRate?)
    /// Measures the links that this host shares with others, once it knows its own.
    var links: LinkProbes?

    private var plan: ProbePlan?
    private var host = HostBandwidth()
    private var random: RandomSource
    private var runner: BurstRunner?
    private lazy var partner = BurstPartner(now: MonotonicClock.now)
    private var observer = TransferObserver()
    private var timer: Scheduled<Void>?
    private var timerDeadline = Instant.never
    private var willCount = false
    private var isStopped = false

    init(plane: DataPlane, logger: Logger, seed: UInt64, members: @escaping () -> [MemberView]) {
        self.plane = plane
        self.logger = logger
        self.members = members
        random = RandomSource(seed: seed)
    }

    /// This host has joined.
    func start() {
        plan = ProbePlan(now: plane.now(), seed: random.next())
        links?.start()
        memberEvent(.joined(plane.membership.peerID))
    }

    /// This host has joined, and its link is known.
    func declare(_ link: DeclaredRates.Link) {
        declared = link
        onChange()
    }

    func stop() {
        isStopped = true
        timer?.cancel()
        links?.stop()
        runner?.cancel()
        partner.giveUp()
    }

    /// The forecast of a direction; nil until both have been tried, so that one announcement tells both.
    func forecast(of direction: ProbeDirection) -> RateForecast? {
        let known = known(of: direction)
        guard let limit = direction == .down ? limits.down : limits.up, known.map({ $0.rate > limit }) ?? true else {
            return known
        }
        return RateForecast(rate: limit, errorPercent: 0)
    }

    private func known(of direction: ProbeDirection) -> RateForecast? {
        if let declared {
            return (direction == .down ? declared.down : declared.up).map { RateForecast(rate: $0, errorPercent: 0) }
        }
        let now = plane.now()
        guard plan?.isSettled == true || ProbeDirection.allCases.allSatisfy({ host.forecast(of: $0, now: now) != nil })
        else { return nil }
        return host.forecast(of: direction, now: now)
    }

    // MARK: What happens

    /// News of members come in swarms: they are counted when some have come.
    func memberEvent(_ event: MembershipEvent) {
        switch event {
        case .recordChanged, .suspected, .refuted, .forgotten, .echoed: return
        case .joined, .alive, .dead, .left: break
        }
        guard !willCount, !isStopped else { return }
        willCount = true
        let bound = NIOLoopBound(self, eventLoop: plane.loop)
        plane.loop.scheduleTask(in: .nanoseconds(PeerLimits.memberNews.wholeNanoseconds)) {
            bound.value.willCount = false
            bound.value.countMembers()
        }
    }

    private func countMembers() {
        let members = members()
        plan?.group(others: members.count { $0.state.isPresent && !$0.isSelf })
        links?.group(members)
        schedule()
    }

    /// An image goes through this host, or does not any more.
    func transferring(_ isNow: Bool) {
        links?.transferring(isNow)
        if isNow {
            runner?.cancel()
            partner.giveUp()
        } else {
            observer.stop()
        }
        plan?.transferring(isNow, now: plane.now())
        schedule()
    }

    /// Called often while an image goes through this host.
    func observeTransfers() {
        let now = plane.now()
        for (direction, sample) in observer.observe(plane, now: now) { add(sample, to: direction, now) }
    }

    func received(_ frame: Frame, _ kind: FrameKind, on session: Session) {
        if runner?.received(kind, frame, on: session) == true { return }
        guard kind == .probe, !isStopped else { return }
        guard let body = try? ProbeBody(decoding: frame.body) else { return }
        partner.received(
            body, stream: frame.header.stream, on: session, isBusy: runner != nil || plane.isBusy)
        schedule()
    }

    func closed(_ session: Session) {
        runner?.closed(session)
        partner.closed(session)
    }

    // MARK: Probes

    private func begin(_ direction: ProbeDirection) {
        let everybody = members()
        guard let own = everybody.first(where: \.isSelf) else { return }
        let candidates = everybody.filter { $0.state == .alive && !$0.isSelf }.map { member in
            PartnerOrder.Candidate(
                peer: member.id, isSameSite: member.site == own.site,
                isSameRack: member.site == own.site && member.rack == own.rack,
                rate: direction == .down ? member.pulse?.upForecast : member.pulse?.downForecast)
        }
        let order = PartnerOrder.order(candidates, using: &random)
        let runner = BurstRunner(plane: plane, direction: direction, candidates: order) { [weak self] in
            self?.ended($0)
        }
        self.runner = runner
        runner.start()
    }

    /// True when this host knows its own rates, measures nothing and serves nobody.
    var isFree: Bool {
        plan?.isSettled == true && runner == nil && partner.isFree && !plane.isBusy && !isStopped
    }

    /// Carries out a burst that says nothing of this host alone; only when it is free.
    func run(
        _ direction: ProbeDirection, with candidates: [PeerID], ramp: Duration,
        then: @escaping (BurstResult) -> Void
    ) {
        let runner = BurstRunner(plane: plane, direction: direction, candidates: candidates, ramp: ramp) {
            [weak self] result in
            self?.runner = nil
            then(result)
        }
        self.runner = runner
        runner.start()
    }

    private func ended(_ result: BurstResult) {
        let now = plane.now()
        runner = nil
        host.add(result, now: now)
        plan?.ended(result, isBelieved: !host[result.direction].isDoubtful, now: now)
        let rate = host.forecast(of: result.direction, now: now)?.rate
        logger.debug(
            "measured \(result.direction): \(rate.map { "\($0)" } ?? "nothing"), \(result.isConclusive ? "this host is the limit" : "the limit is open"), \(result.refusals) refusals, \(result.bytes) bytes, partners \(result.stages)"
        )
        onChange()
        schedule()
    }

    private func add(_ sample: BandwidthSample, to direction: ProbeDirection, _ now: Instant) {
        let wasDoubtful = host[direction].isDoubtful
        host.add(sample, to: direction, now: now)
        if host[direction].isDoubtful, !wasDoubtful { plan?.doubt(direction, now: now) }
    }

    // MARK: Time

    private func schedule() {
        guard !isStopped, let plan else { return }
        let deadline = min(plan.nextDeadline, partner.nextDeadline)
        guard deadline != timerDeadline else { return }
        timer?.cancel()
        timerDeadline = deadline
        guard deadline != .never else { return }
        let bound = NIOLoopBound(self, eventLoop: plane.loop)
        let wait = max(0, (deadline - plane.now()).wholeNanoseconds)
        timer = plane.loop.scheduleTask(in: .nanoseconds(wait)) {
            bound.value.timerDeadline = .never
            bound.value.tick()
        }
    }

    private func tick() {
        guard !isStopped else { return }
        partner.tick()
        let isFree = partner.isFree && runner == nil
        if let direction = plan?.begin(isFree: isFree, now: plane.now()) { begin(direction) }
        schedule()
    }
}
