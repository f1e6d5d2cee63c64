import Basics
import Gossip
import Testing

/// Who measures which shared link and when, and what is believed.
@Suite struct LinkPlanTests {
    private static let wall = Duration.seconds(1_800_000_000)

    private static func result(
        _ direction: ProbeDirection, mbit: Int64?, isConclusive: Bool = true, refusals: Int = 0, bytes: UInt64 = 1 << 20
    ) -> BurstResult {
        let samples = mbit.map {
            [BandwidthSample(rate: BitRate(bitsPerSecond: $0 * 1_000_000), duration: .milliseconds(100))]
        }
        return BurstResult(
            direction: direction, samples: samples ?? [], isConclusive: isConclusive, refusals: refusals, bytes: bytes)
    }

    /// A plan of the lowest host of two sites, and its group.
    private static func plan() -> (LinkPlan, [LinkHost]) {
        let hosts = VirtualSites.hosts(sites: 2, of: 4).sorted { $0.peer < $1.peer }
        var plan = LinkPlan(now: .origin, seed: 1)
        plan.group(LinkDuties(of: hosts[0].peer, among: hosts), site: hosts[0].site)
        return (plan, hosts)
    }

    /// The next burst of a plan, when it is due.
    private func next(_ plan: inout LinkPlan, _ now: inout Instant) throws -> LinkPlan.Measurement {
        now = plan.nextDeadline(now: now, wall: Self.wall + (now - .origin))
        #expect(now < .origin + .seconds(1_000_000))
        let measurement = plan.begin(isFree: true, now: now, wall: Self.wall + (now - .origin))
        return try #require(measurement)
    }

    private let ceiling = BitRate(bitsPerSecond: 40_000_000)

    // MARK: Who

    @Test func theLowestOfEachSiteMeasureInTurnsOfTheirOwn() {
        let hosts = VirtualSites.hosts(sites: 3, of: 8)
        let duties = hosts.map { LinkDuties(of: $0.peer, among: hosts) }
        #expect(duties.allSatisfy { $0.turnCount == 9 })
        let observers = zip(hosts, duties).filter { !$0.1.all.isEmpty }
        #expect(observers.count == 9)
        #expect(Set(observers.map { $0.1.all[0].turn }) == Set(0..<9))
        for (host, duties) in observers {
            let lower = hosts.count { $0.site == host.site && $0.peer < host.peer }
            #expect(lower < LinkLimits.siteObservers)
            #expect(duties.all.map(\.link).first == .site(host.site))
            #expect(duties.all.count == 3)
        }
        // Whatever the order in which somebody hears of them.
        let other = LinkDuties(of: hosts[5].peer, among: hosts.reversed())
        #expect(other == duties[5])
    }

    @Test func racksOfDifferentSitesShareTurns() {
        let hosts = VirtualSites.hosts(sites: 2, racks: 2, of: 3)
        let duties = hosts.map { LinkDuties(of: $0.peer, among: hosts) }
        #expect(duties.allSatisfy { $0.turnCount == 4 + 6 })
        let racks = duties.flatMap(\.all).filter { if case .rack = $0.link { true } else { false } }
        #expect(racks.count == 8)
        #expect(Set(racks.map(\.turn)) == Set(0..<4))
    }

    @Test func oneRackOfOneSiteAndHostsWithoutLabelsMeasureNothing() {
        let alone = VirtualSites.hosts(sites: 1, of: 4)
        #expect(LinkDuties(of: alone[0].peer, among: alone).all.isEmpty)
        let bare = VirtualSites.hosts(sites: 3, of: 4).map { LinkHost(peer: $0.peer, site: "", rack: $0.rack) }
        for host in bare { #expect(LinkDuties(of: host.peer, among: bare) == LinkDuties.none) }
    }

    @Test func manySitesFitTheRecord() {
        let hosts = VirtualSites.hosts(sites: 25, racks: 2, of: 3)
        var pairs: Set<LinkObservations.Link> = []
        for host in hosts {
            let duties = LinkDuties(of: host.peer, among: hosts).all
            #expect(duties.count <= GossipLimits.linkObservations)
            #expect(Set(duties.map(\.link)).count == duties.count)
            #expect(duties.allSatisfy { host.isBehind($0.link) })
            pairs.formUnion(duties.map(\.link).filter { if case .between = $0 { true } else { false } })
        }
        // Twelve of the 24 others from each site: every pair from one side at least.
        #expect(pairs.count == 25 * 24 / 2)
    }

    // MARK: When

    @Test func aTurnComesRound() {
        let hosts = VirtualSites.hosts(sites: 2, of: 3)
        let duties = LinkDuties(of: hosts[0].peer, among: hosts)
        let cycle = LinkLimits.turn * duties.turnCount
        for step in 0..<200 {
            let wall = cycle * 1000 + .milliseconds(step * 731)
            let waits = (0..<6).map { duties.wait(for: $0, wall: wall) }
            #expect(waits.count { $0 == .zero } <= 1)
            for (turn, wait) in waits.enumerated() {
                #expect(wait < cycle)
                let start = duties.wait(for: turn, wall: wall + wait)
                #expect(start == .zero)
            }
        }
    }

    @Test func aHostThatIsBusyLooksAgainInItsTurn() throws {
        var (plan, _) = Self.plan()
        let now = plan.nextDeadline(now: .origin, wall: Self.wall)
        let wall = Self.wall + (now - .origin)
        let none = plan.begin(isFree: false, now: now, wall: wall)
        #expect(none == nil)
        #expect(plan.nextDeadline(now: now, wall: wall) == now + LinkLimits.retry)
        plan.transferring(true)
        #expect(plan.nextDeadline(now: now, wall: wall) == .never)
    }

    @Test func aLinkIsMeasuredRarely() throws {
        var (plan, _) = Self.plan()
        var now = Instant.origin
        for _ in 0..<2 {
            let measurement = try next(&plan, &now)
            let changed = plan.ended(
                Self.result(measurement.direction, mbit: 10), ceiling: ceiling, now: now, wall: Self.wall)
            #expect(changed)
        }
        #expect(now < .origin + .seconds(60))
        let renewed = plan.nextDeadline(now: now, wall: Self.wall + (now - .origin))
        // It looks at the clock each hour.
        #expect(renewed >= now + .seconds(3600))
        now = now + (LinkLimits.renewal - .seconds(60))
        let early = plan.begin(isFree: true, now: now, wall: Self.wall)
        #expect(early == nil)
    }

    @Test func whatIsOpenIsRepeatedInLaterTurnsAndNotForEver() throws {
        var (plan, _) = Self.plan()
        var now = Instant.origin
        for _ in 0..<2 * LinkLimits.attempts {
            let measurement = try next(&plan, &now)
            _ = plan.ended(
                Self.result(measurement.direction, mbit: 8, isConclusive: false, refusals: 2), ceiling: ceiling,
                now: now, wall: Self.wall)
        }
        #expect(now < .origin + .seconds(900))
        #expect(plan.nextDeadline(now: now, wall: Self.wall) >= now + .seconds(3600))
        #expect(plan.observations(wall: Self.wall).all.isEmpty)
    }

    @Test func nobodySpendsMoreThanItsBudget() throws {
        var (plan, _) = Self.plan()
        var now = Instant.origin
        var bytes: UInt64 = 0
        while now < .origin + .seconds(48 * 3600) {
            now = plan.nextDeadline(now: now, wall: Self.wall + (now - .origin))
            let begun = plan.begin(isFree: true, now: now, wall: Self.wall + (now - .origin))
            guard let begun else { continue }
            bytes += 400 << 20
            _ = plan.ended(
                Self.result(begun.direction, mbit: 8, isConclusive: false, refusals: 2, bytes: 400 << 20),
                ceiling: ceiling, now: now, wall: Self.wall + (now - .origin))
        }
        let allowed = LinkLimits.bytes + 48 * 3600 * LinkLimits.bytesPerSecond + 400 << 20
        #expect(bytes > 0 && bytes <= UInt64(allowed))
    }

    // MARK: What is believed

    @Test func onlyLessThanTheHostItselfCarriesIsClaimed() throws {
        for (mbit, isShown) in [(10, true), (31, true), (34, false), (40, false)] as [(Int64, Bool)] {
            var (plan, hosts) = Self.plan()
            var now = Instant.origin
            let measurement = try next(&plan, &now)
            _ = plan.ended(Self.result(measurement.direction, mbit: mbit), ceiling: ceiling, now: now, wall: Self.wall)
            let observed = plan.observations(wall: Self.wall).all
            #expect(observed.isEmpty != isShown)
            guard let observation = observed.first else { continue }
            // The direction is that of the pair, whichever of the two this host is in.
            let isUp = (measurement.direction == .up) == (hosts[0].site == "s0")
            #expect(observation.link == .pair("s0", "s1"))
            #expect((isUp ? observation.up : observation.down) == BitRate(bitsPerSecond: mbit * 1_000_000))
            #expect((isUp ? observation.down : observation.up) == nil)
            #expect(observation.measured == UInt64(Self.wall.components.seconds))
        }
    }

    @Test func nothingIsClaimedWithoutAConclusionOrWithoutOwnRates() throws {
        for (isConclusive, ceiling) in [(false, ceiling), (true, nil)] {
            var (plan, _) = Self.plan()
            var now = Instant.origin
            let measurement = try next(&plan, &now)
            let changed = plan.ended(
                Self.result(measurement.direction, mbit: 10, isConclusive: isConclusive), ceiling: ceiling, now: now,
                wall: Self.wall)
            #expect(!changed)
            #expect(plan.observations(wall: Self.wall).all.isEmpty)
        }
    }

    @Test func whatHasBecomeFasterOrOldIsWithdrawn() throws {
        var (plan, _) = Self.plan()
        var now = Instant.origin
        for _ in 0..<2 {
            let measurement = try next(&plan, &now)
            _ = plan.ended(Self.result(measurement.direction, mbit: 10), ceiling: ceiling, now: now, wall: Self.wall)
        }
        let first = try #require(plan.observations(wall: Self.wall).all.first)
        #expect(first.up != nil && first.down != nil)
        #expect(plan.observations(wall: Self.wall + LinkLimits.age + .seconds(1)).all.isEmpty)
        now = now + LinkLimits.renewal * 2
        let measurement = try next(&plan, &now)
        let changed = plan.ended(
            Self.result(measurement.direction, mbit: 20, isConclusive: false), ceiling: ceiling, now: now,
            wall: Self.wall)
        #expect(changed)
        let second = try #require(plan.observations(wall: Self.wall).all.first)
        #expect((second.up == nil) != (second.down == nil))
    }

    @Test func whoIsNoObserverAnyMoreKeepsWhatItSaw() throws {
        var (plan, hosts) = Self.plan()
        var now = Instant.origin
        let measurement = try next(&plan, &now)
        _ = plan.ended(Self.result(measurement.direction, mbit: 10), ceiling: ceiling, now: now, wall: Self.wall)
        plan.group(LinkDuties(of: hosts[0].peer, among: [hosts[0]]), site: hosts[0].site)
        #expect(plan.nextDeadline(now: now, wall: Self.wall) == .never)
        #expect(plan.observations(wall: Self.wall).all.count == 1)
    }
}
