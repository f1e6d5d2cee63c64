import Basics
import Gossip
import Logging
import NIOCore

/// Measures the links that this host shares with others when its ``LinkPlan`` says so, and announces what they carry. It
/// belongs to the event loop.
final class LinkProbes {
    private unowned let plane: DataPlane
    private unowned let bandwidth: BandwidthService
    private unowned let gossip: GossipService
    private let logger: Logger
    private var plan: LinkPlan?
    private var random: RandomSource
    /// What gossip was last told; empty when nothing.
    private var announced: [UInt8] = []
    private var timer: Scheduled<Void>?
    private var isStopped = false

    init(plane: DataPlane, bandwidth: BandwidthService, gossip: GossipService, logger: Logger, seed: UInt64) {
        self.plane = plane
        self.bandwidth = bandwidth
        self.gossip = gossip
        self.logger = logger
        random = RandomSource(seed: seed)
    }

    /// This host has joined.
    func start() { plan = LinkPlan(now: plane.now(), seed: random.next()) }

    func stop() {
        isStopped = true
        timer?.cancel()
    }

    /// Members came or went.
    func group(_ members: [MemberView]) {
        guard let own = members.first(where: \.isSelf) else { return }
        let hosts = members.filter(\.state.isPresent).map(LinkHost.init)
        plan?.group(LinkDuties(of: own.id, among: hosts), site: own.site)
        schedule()
    }

    /// An image goes through this host, or does not any more.
    func transferring(_ isNow: Bool) {
        plan?.transferring(isNow)
        schedule()
    }

    private var wall: Duration { .seconds(WallClock.now()) }

    // MARK: A burst

    private func begin(_ measurement: LinkPlan.Measurement) {
        let members = gossip.members.filter { $0.state == .alive }
        guard let own = members.first(where: \.isSelf).map(LinkHost.init) else { return }
        let candidates = members.filter { !$0.isSelf }.map { member in
            LinkPartners.Candidate(
                host: LinkHost(member),
                rate: measurement.direction == .down ? member.pulse?.upForecast : member.pulse?.downForecast)
        }
        let order = LinkPartners.order(candidates, from: own, by: measurement.link, using: &random)
        let asked = Set(order)
        let trips = members.filter { asked.contains($0.id) }.compactMap(\.roundTrip).sorted()
        let ramp = LinkLimits.ramp(roundTrip: trips.isEmpty ? nil : trips[trips.count / 2])
        bandwidth.run(measurement.direction, with: order, ramp: ramp) { [weak self] in
            self?.ended($0, measurement, own)
        }
    }

    private func ended(_ result: BurstResult, _ measurement: LinkPlan.Measurement, _ own: LinkHost) {
        let ceiling = ceiling(of: measurement, own)
        let isNews = plan?.ended(result, ceiling: ceiling, now: plane.now(), wall: wall) ?? false
        logger.debug(
            "measured \(measurement.link), \(measurement.direction): \(result.isConclusive ? "its limit" : "no limit") at \(result.stages), \(result.refusals) refusals, \(result.bytes) bytes; this host carries \(ceiling.map { "\($0)" } ?? "what is not known")"
        )
        if isNews { announce() }
        schedule()
    }

    /// What this host carries as far as the link: its own rate, or that of its rack where that is less.
    private func ceiling(of measurement: LinkPlan.Measurement, _ own: LinkHost) -> BitRate? {
        guard let rate = bandwidth.forecast(of: measurement.direction)?.rate else { return nil }
        let rack = LinkObservations.Link.rack(site: own.site, rack: own.rack)
        guard measurement.link != rack, let uplink = gossip.linkRates.first(where: { $0.link == rack }) else {
            return rate
        }
        return min(rate, (measurement.direction == .up ? uplink.up : uplink.down) ?? rate)
    }

    private func announce() {
        guard let observations = plan?.observations(wall: wall) else { return }
        let body = observations.all.isEmpty ? [] : observations.encoded()
        guard body != announced else { return }
        announced = body
        gossip.announce(.linkObservations, body)
    }

    // MARK: Time

    private func schedule() {
        guard !isStopped, let plan else { return }
        let now = plane.now()
        let deadline = plan.nextDeadline(now: now, wall: wall)
        timer?.cancel()
        guard deadline != .never else { return }
        let bound = NIOLoopBound(self, eventLoop: plane.loop)
        timer = plane.loop.scheduleTask(in: .nanoseconds(max(0, (deadline - now).wholeNanoseconds))) {
            bound.value.tick()
        }
    }

    private func tick() {
        guard !isStopped else { return }
        if let measurement = plan?.begin(isFree: bandwidth.isFree, now: plane.now(), wall: wall) { begin(measurement) }
        schedule()
    }
}
