import Basics

/// What this peer says of itself: cards, pulses, refutations, goodbye. The shell signs all of it.
extension Membership {
    mutating func start(_ given: [PeerAddress], _ now: Instant, _ outputs: inout Outputs) {
        guard phase == .idle else { return }
        phase = .running
        startedAt = now
        for seed in given where seed.isReachable && !seeds.contains(seed) && seeds.count < GossipLimits.seeds {
            seeds.append(seed)
        }
        schedule.probe = now + fraction(of: settings.probeInterval)
        schedule.seedInterval = settings.seedAloneInterval
        schedule.seeds = now + settings.seedAloneInterval
        schedule.sync = now + sync.interval
        schedule.deadProbe = now + jittered(settings.deadProbeInterval)
        schedule.housekeeping = now + settings.housekeepingInterval
        requestAll(now, &outputs)
    }

    mutating func describe(_ card: Card, _ now: Instant, _ outputs: inout Outputs) {
        guard card.fault == nil else { return }
        own.card = card
        if phase == .running { requestCard(&outputs) }
    }

    mutating func report(_ pulse: Pulse, _ now: Instant, _ outputs: inout Outputs) {
        own.wantedPulse = pulse
        guard phase == .running else { return }
        switch pulse.change(since: own.announcedPulse) {
        case .none: schedule.pulse = .never
        case .quiet:
            // All peers together send a bounded number of them: each is spread to everybody.
            let share = settings.pulseQuietPerPeer * members.presentCount
            schedule.pulse = own.lastPulse + max(settings.pulseQuietInterval, share)
        case .prompt:
            let share = settings.pulsePerPeer * members.presentCount
            schedule.pulse = own.lastPulse + max(settings.pulseInterval, share)
        }
    }

    mutating func announce(_ kind: RecordKind, _ item: UInt8, _ body: [UInt8], _ outputs: inout Outputs) {
        guard !kind.isOfPeer, kind.raw != 0, item < GossipLimits.itemsPerOwner,
            body.count <= GossipLimits.recordBodyBytes
        else { return }
        if let index = own.bodies.firstIndex(where: { $0.kind == kind && $0.item == item }) {
            own.bodies[index].body = body
        } else {
            guard own.bodies.count < GossipLimits.itemsPerOwner else {
                counters.droppedRecords += 1
                return
            }
            own.bodies.append(OwnState.Announced(kind: kind, item: item, body: body))
        }
        if phase == .running { request(kind, item, body, &outputs) }
    }

    /// Takes a signed own record that was asked for, and spreads it.
    mutating func publish(_ record: SignedRecord, _ now: Instant, _ outputs: inout Outputs) {
        guard record.owner == ownID, record.isWithinLimits,
            let index = own.requests.firstIndex(where: {
                $0.kind == record.kind && $0.item == record.item && $0.version == record.version
                    && $0.body == record.body
            })
        else { return }
        own.requests.remove(at: index)
        own.replace(StoredRecord(record))
        queue(record.name, now)
        outputs.append(.recordChanged(ownID, record.kind))
        if record.kind == .pulse {
            for route in own.audience { sendOwn(.pulse, to: route, &outputs) }
            own.audience.removeAll(keepingCapacity: true)
        } else if record.kind == .card, phase == .running, members.presentCount == 0 {
            schedule.seeds = now
        }
    }

    private mutating func sendOwn(_ kind: RecordKind, to route: Route, _ outputs: inout Outputs) {
        guard let record = own.record(kind) else { return }
        var writer = DatagramWriter(.news, limit: limit(of: route), &outputs)
        if writer.add(record: record.bytes, &outputs) {
            send(writer, to: route, &outputs)
        } else {
            writer.discard(&outputs)
        }
    }

    /// Our answer to a claim that we are gone: a pulse of a higher incarnation (SWIM 4.2; awareness: Lifeguard IV-A).
    mutating func refute(_ claim: Claim, tell route: Route, _ now: Instant, _ outputs: inout Outputs) {
        guard phase == .running else { return }
        if claim.incarnation < own.incarnation {
            // An old claim: the accuser has not heard our refutation yet.
            if own.requests.allSatisfy({ $0.kind != .pulse }) { sendOwn(.pulse, to: route, &outputs) }
            return
        }
        if own.audience.count < GossipLimits.refutationAudience, !own.audience.contains(route) {
            own.audience.append(route)
        }
        guard claim.incarnation == own.incarnation else { return }
        own.incarnation += 1
        counters.refutations += 1
        outputs.append(.refuted)
        detector.adjustAwareness(by: 1, limit: settings.awarenessLimit)
        requestPulse(now, &outputs)
    }

    mutating func leave(_ now: Instant, _ outputs: inout Outputs) {
        guard phase == .running else { return }
        phase = .leaving(until: now + settings.leaveLinger)
        own.isLeaving = true
        own.incarnation += 1
        own.audience.removeAll(keepingCapacity: true)
        let audience = members.pick(settings.gossipFanout, using: &random) { $0.state.isPresent }
        for place in 0..<audience.count { own.audience.append(route(to: audience[place])) }
        requestPulse(now, &outputs)
    }

    /// Records of an earlier life of this identity are about: go on above them.
    mutating func outlive(_ version: UInt64, _ now: Instant, _ outputs: inout Outputs) {
        let seen = UInt32(truncatingIfNeeded: version >> 32)
        guard version >= own.nextVersion, seen < OwnState.epochLimit else { return }
        own.adopt(epoch: seen + 1)
        outputs.append(.adoptEpoch(seen + 1))
        requestAll(now, &outputs)
    }

    private mutating func requestAll(_ now: Instant, _ outputs: inout Outputs) {
        requestCard(&outputs)
        requestPulse(now, &outputs)
        for announced in own.bodies { request(announced.kind, announced.item, announced.body, &outputs) }
    }

    private mutating func requestCard(_ outputs: inout Outputs) {
        own.card.incarnation = own.incarnation
        request(.card, 0, own.card.encoded(), &outputs)
    }

    mutating func requestPulse(_ now: Instant, _ outputs: inout Outputs) {
        own.announcedPulse = own.wantedPulse
        own.announcedPulse.incarnation = own.incarnation
        own.announcedPulse.isLeaving = own.isLeaving
        own.lastPulse = now
        schedule.pulse = .never
        request(.pulse, 0, own.announcedPulse.encoded(), &outputs)
    }

    private mutating func request(_ kind: RecordKind, _ item: UInt8, _ body: [UInt8], _ outputs: inout Outputs) {
        own.requests.removeAll { $0.kind == kind && $0.item == item }
        let request = OwnState.Request(kind: kind, item: item, body: body, version: own.takeVersion())
        own.requests.append(request)
        outputs.append(
            .needSigned(
                RecordName(owner: ownID, kind: kind, item: item), version: request.version,
                body: body.withUnsafeBytes { outputs.keep($0) }))
    }

    /// A duration within a quarter of another one: what all peers do regularly must not fall together.
    mutating func jittered(_ duration: Duration) -> Duration {
        duration * 3 / 4 + fraction(of: duration / 2)
    }

    /// A random part of a duration, so that peers that start together do not act together.
    mutating func fraction(of duration: Duration) -> Duration {
        .nanoseconds(Int64.random(in: 0...max(0, duration.wholeNanoseconds), using: &random))
    }
}
