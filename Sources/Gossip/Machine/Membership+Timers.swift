public import Basics

/// The deadline table: everything that is due is done, whatever woke us.
extension Membership {
    /// When `handle(.timer)` is due; never before `start` and after the goodbye.
    public var nextDeadline: Instant {
        switch phase {
        case .idle, .left: .never
        case .leaving(let until): min(until, schedule.gossip, schedule.errands)
        case .running:
            schedule.earliest(probeStep: detector.probe?.nextStep)
        }
    }

    mutating func runDue(_ now: Instant, _ outputs: inout Outputs) {
        switch phase {
        case .idle, .left: return
        case .leaving(let until):
            if schedule.errands <= now { endErrands(now, &outputs) }
            if schedule.gossip <= now { pushNews(now, &outputs) }
            if until <= now {
                phase = .left
                outputs.append(.left(ownID))
            }
        case .running:
            runProbe(now, &outputs)
            if schedule.errands <= now { endErrands(now, &outputs) }
            if schedule.slowAnswers <= now { endPatience(now, &outputs) }
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
    private mutating func contactSeeds(_ now: Instant, _ outputs: inout Outputs) {
        let isAlone = members.presentCount == 0
        if isAlone {
            schedule.seeds = now + schedule.seedInterval
            schedule.seedInterval = min(schedule.seedInterval * 2, settings.seedAloneLimit)
        } else {
            schedule.seedInterval = settings.seedAloneInterval
            schedule.seeds = now + jittered(settings.seedInterval)
        }
        askedSeeds.removeAll(keepingCapacity: true)
        for seed in seeds where !isKnown(seed) { askedSeeds.append(seed) }
        askedSeeds.shuffle(using: &random)
        let isDialled = isBlocked || (isAlone && now - startedAt >= settings.seedPatience)
        for place in askedSeeds.indices.prefix(isAlone ? Membership.seedsAtOnce : 1) {
            introduce(to: .datagram(askedSeeds[place]), &outputs)
            if isDialled { introduce(to: .dial(askedSeeds[place]), &outputs) }
        }
    }

    mutating func meet(_ places: [PeerAddress], _ outputs: inout Outputs) {
        guard phase == .running else { return }
        var asked = 0
        for place in places where place.isReachable && !isKnown(place) && asked < Membership.seedsAtOnce {
            if !seeds.contains(place), seeds.count < GossipLimits.seeds { seeds.append(place) }
            introduce(to: .datagram(place), &outputs)
            asked += 1
        }
    }

    private func isKnown(_ seed: PeerAddress) -> Bool {
        own.card.addresses.contains(seed) || members.rows.contains { $0.state.isPresent && $0.hasAddress(seed) }
    }

    private mutating func introduce(to route: Route, _ outputs: inout Outputs) {
        var writer = DatagramWriter(.news, &outputs)
        for record in own.records where record.kind.isOfPeer { _ = writer.add(record: record.bytes, &outputs) }
        if writer.isBare(outputs) { writer.discard(&outputs) } else { send(writer, to: route, &outputs) }
        sendDigest(to: route, &outputs)
    }

    private static let seedsAtOnce = 3

    private mutating func keepHouse(_ now: Instant, _ outputs: inout Outputs) {
        schedule.housekeeping = now + settings.housekeepingInterval
        pending.removeExpired(now: now)
        parked.removeExpired(now: now)
        asked.removeExpired(now: now)
        offenders.removeExpired(now: now)
        for index in members.rows.indices.reversed() where !members.rows[index].state.isPresent {
            if now - members.rows[index].since >= settings.tombstoneLifetime { forget(at: index, &outputs) }
        }
    }
}
