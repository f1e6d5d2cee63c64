public import Basics

/// The deadline table: everything that is due is done, whatever woke us.
extension Membership {
    /// When `handle(.timer)` is due; never before `start` and after the goodbye.
    public var nextDeadline: Instant {
        switch phase {
        case .idle, .left: .never
        case .leaving(let until): min(until, schedule.gossip, schedule.errands)
        case .running:
            schedule.earliest(probeStep: detector.probe.map { min($0.indirectAt, $0.end) })
        }
    }

    mutating func runDue(_ now: Instant, _ outputs: inout [Output]) {
        switch phase {
        case .idle, .left: return
        case .leaving(let until):
            if schedule.errands <= now { endErrands(now, &outputs) }
            if schedule.gossip <= now { pushNews(now, &outputs) }
            if until <= now {
                phase = .left
                outputs.append(.event(.left(ownID)))
            }
        case .running:
            runProbe(now, &outputs)
            if schedule.errands <= now { endErrands(now, &outputs) }
            if schedule.suspicions <= now { endSuspicions(now, &outputs) }
            if schedule.pulse <= now { requestPulse(now, &outputs) }
            if schedule.seeds <= now { contactSeeds(now, &outputs) }
            if schedule.sync <= now { runSync(now, &outputs) }
            if schedule.deadProbe <= now { probeDead(now, &outputs) }
            if schedule.gossip <= now { pushNews(now, &outputs) }
            if schedule.housekeeping <= now { keepHouse(now, &outputs) }
        }
    }

    /// Announces us to seeds: often while alone, rarely and only to unknown ones later, so that partitions heal.
    private mutating func contactSeeds(_ now: Instant, _ outputs: inout [Output]) {
        let isAlone = members.presentCount == 0
        if isAlone {
            schedule.seeds = now + schedule.seedInterval
            schedule.seedInterval = min(schedule.seedInterval * 2, settings.seedAloneLimit)
        } else {
            schedule.seedInterval = settings.seedAloneInterval
            schedule.seeds = now + jittered(settings.seedInterval)
        }
        let known = Set(members.rows.filter(\.state.isPresent).flatMap(\.card.addresses) + own.card.addresses)
        var targets = seeds.filter { !known.contains($0) }
        targets.shuffle(using: &random)
        for target in targets.prefix(isAlone ? Membership.seedsAtOnce : 1) {
            var datagram = Datagram(.news)
            for record in own.records.all where record.kind.isKnown { _ = datagram.add(record) }
            if !datagram.isBare { send(datagram, to: target, &outputs) }
            sendDigest(to: target, &outputs)
        }
    }

    private static let seedsAtOnce = 3

    private mutating func keepHouse(_ now: Instant, _ outputs: inout [Output]) {
        schedule.housekeeping = now + settings.housekeepingInterval
        pending.removeExpired(now: now)
        let old = members.rows.filter { !$0.state.isPresent && now - $0.since >= settings.tombstoneLifetime }
        for member in old {
            if let index = members.index(of: member.id) { forget(at: index, &outputs) }
        }
    }
}
