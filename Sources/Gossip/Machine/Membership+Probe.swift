import Basics

/// The failure detector: one probe a period, help from others when it is not answered (SWIM 3.1 and 4.3).
extension Membership {
    mutating func runProbe(_ now: Instant, _ outputs: inout Outputs) {
        if let probe = detector.probe, now >= probe.end { conclude(probe, now, &outputs) }
        // Where nothing would be concluded, everybody has enough to do without being asked.
        if let probe = detector.probe, now >= probe.indirectAt {
            detector.probe?.indirectAt = .never
            if !isExcused(now) { askOthers(probe, &outputs) }
        }
        if let probe = detector.probe, now >= probe.streamAt {
            detector.probe?.streamAt = .never
            if !isExcused(now) {
                let target = probe.target
                sendWithNews(.ping, probe.sequence, target, to: .stream(target), buddy: target, &outputs)
            }
        }
        if detector.probe == nil, now >= schedule.probe { startProbe(now, &outputs) }
    }

    private mutating func startProbe(_ now: Instant, _ outputs: inout Outputs) {
        // Lifeguard IV-A: who doubts itself probes more slowly and waits longer.
        let patience = detector.awareness + 1
        schedule.probe = now + settings.probeInterval * patience
        guard let index = nextTarget() else { return }
        let id = members.rows[index].id
        let expected = (members.rows[index].roundTrip ?? .zero) * 3
        let wait = min(max(settings.probeTimeout, expected), settings.probeInterval / 2) * patience
        let isStreamed = isBlocked || members.rows[index].isStreamed
        let probe = FailureDetector.Probe(
            target: id, sequence: detector.takeSequence(), started: now, indirectAt: now + wait,
            streamAt: now + (isStreamed ? .zero : wait) + settings.streamPatience * patience, end: schedule.probe)
        detector.probe = probe
        counters.probes += 1
        sendWithNews(
            .ping, probe.sequence, id, to: .datagram(members.rows[index].address), buddy: id, &outputs)
    }

    /// SWIM 4.3: all members once in a random order, then in another one. Lost contacts go first.
    private mutating func nextTarget() -> Int? {
        while !detector.urgent.isEmpty {
            let id = detector.urgent.removeFirst()
            if let index = members.index(of: id), members.rows[index].state.isPresent { return index }
        }
        for round in 0..<2 {
            while let prefix = detector.ring.popLast() {
                let index = members.lowerBound(PeerID(Digest(prefix: prefix)))
                if index < members.count, members.rows[index].id.digest.prefix == prefix,
                    members.rows[index].state.isPresent
                {
                    return index
                }
            }
            if round == 0 {
                for member in members.rows where member.state.isPresent {
                    detector.ring.append(member.id.digest.prefix)
                }
                detector.ring.shuffle(using: &random)
            }
        }
        return nil
    }

    private mutating func askOthers(_ probe: FailureDetector.Probe, _ outputs: inout Outputs) {
        let helpers = members.pick(settings.indirectProbes, using: &random) {
            $0.state == .alive && $0.id != probe.target
        }
        // Once more ourselves: under loss that is worth as much as a helper.
        if let index = members.index(of: probe.target) {
            sendWithNews(
                .ping, probe.sequence, probe.target, to: .datagram(members.rows[index].address), buddy: probe.target,
                &outputs)
        }
        for place in 0..<helpers.count {
            detector.probe?.helpers.insert(members.rows[helpers[place]].id)
            sendWithNews(
                .pingRequest, probe.sequence, probe.target, to: route(to: helpers[place]), buddy: probe.target,
                &outputs)
        }
    }

    /// Whether a probe without an answer proves nothing: others still come since we started, or this host is overloaded.
    private func isExcused(_ now: Instant) -> Bool {
        isOverloaded(now) || now < min(lastJoin + settings.joinGrace, startedAt + settings.joinGraceLimit)
    }

    func isOverloaded(_ now: Instant) -> Bool {
        lastLate.map { now - $0 <= settings.lateMemory } ?? false
    }

    private mutating func conclude(_ probe: FailureDetector.Probe, _ now: Instant, _ outputs: inout Outputs) {
        detector.probe = nil
        guard !isExcused(now) else {
            counters.inconclusiveProbes += 1
            // The answer may lie unread in our own socket: the target comes next, and not sooner than it would.
            if isOverloaded(now) {
                detector.adjustAwareness(by: 1, limit: settings.awarenessLimit)
                if detector.urgent.count < FailureDetector.urgentLimit, !detector.urgent.contains(probe.target) {
                    detector.urgent.append(probe.target)
                }
            }
            return
        }
        counters.failedProbes += 1
        // Lifeguard IV-A: helpers that did not even say no make the fault likely ours.
        if probe.nacked.count < probe.helpers.count {
            detector.adjustAwareness(by: 1, limit: settings.awarenessLimit)
        }
        guard let index = members.index(of: probe.target) else { return }
        members.note(at: index) {
            $0.turnAddress()
            $0.isStreamed = false
        }
        if awaitsSlowAnswer(of: index, probe, now) { return }
        accuse(at: index, now, &outputs)
    }

    private mutating func accuse(at index: Int, _ now: Instant, _ outputs: inout Outputs) {
        switch members.rows[index].state {
        case .alive:
            suspect(at: index, by: ownID, now, &outputs)
            // It hears of it at once, and can say so as soon as it comes to it.
            _ = ping(index, &outputs)
        case .suspect: confirm(at: index, by: ownID, now)
        case .dead, .left: break
        }
    }

    /// Everybody gets some time more, who is known to be slow gets much, and nobody is told.
    private mutating func awaitsSlowAnswer(of index: Int, _ probe: FailureDetector.Probe, _ now: Instant) -> Bool {
        var slowness = members.rows[index].slowness(now, calmAfter: settings.calmAfter)
        let crowds = suspicions.all.count / settings.manySuspicions
        if crowds > 0 {
            slowness = max(slowness, min(Int(settings.refutationsCounted), Int(Logarithm.base2(crowds)) + 1))
        }
        guard members.rows[index].state == .alive else { return false }
        let usual = min(settings.patienceLimit, settings.patiencePerPeer * members.presentCount)
        let until = probe.end + max(usual, slowness > 0 ? settings.slowPatience * (1 << (slowness - 1)) : .zero)
        guard until > now, detector.slowAnswers.await(probe.target, probe.sequence, until: until) else { return false }
        schedule.slowAnswers = min(schedule.slowAnswers, until)
        return true
    }

    /// Those that did not answer after all are suspected.
    mutating func endPatience(_ now: Instant, _ outputs: inout Outputs) {
        while let silent = detector.slowAnswers.takeSilent(now) {
            guard !isExcused(now), let index = members.index(of: silent) else { continue }
            accuse(at: index, now, &outputs)
        }
        schedule.slowAnswers = detector.slowAnswers.nextDeadline
    }

    mutating func acknowledged(
        _ sequence: UInt32, _ subject: PeerID, _ sender: PeerID, _ source: Route, _ now: Instant,
        _ outputs: inout Outputs
    ) {
        if sender == subject, case .datagram = source, let index = members.index(of: sender) {
            members.note(at: index) { $0.isStreamed = false }
        }
        if let probe = detector.probe, probe.sequence == sequence, probe.target == subject,
            sender == subject || probe.helpers.contains(sender)
        {
            detector.probe = nil
            detector.adjustAwareness(by: -1, limit: settings.awarenessLimit)
            guard let index = members.index(of: subject) else { return }
            let isStreamed = if case .stream = source { sender == subject } else { false }
            members.note(at: index) {
                $0.lastAnswer = now
                if isStreamed { $0.isStreamed = true }
                // Only an answer to the first ping says how long the way is.
                if sender == subject, probe.indirectAt != .never { $0.sample(roundTrip: now - probe.started) }
            }
            if isStreamed {
                streamedAnswers += 1
                if streamedAnswers >= settings.blockedAnswers { isBlocked = true }
            }
            return
        }
        guard sender == subject else { return }
        if let took = echoes.take(sequence, of: sender, now: now) {
            if case .datagram = source { outputs.append(.echoed(sender, after: took)) }
            return
        }
        if detector.slowAnswers.take(sequence, of: sender), let index = members.index(of: sender) {
            members.note(at: index) { $0.lastAnswer = now }
        }
        if let index = members.index(of: sender), let place = suspicions.index(of: sender),
            suspicions.all[place].isAnswered(by: sequence)
        {
            members.note(at: index) { $0.lastAnswer = now }
        }
        guard let index = detector.errands.firstIndex(where: { $0.sequence == sequence && $0.target == sender })
        else { return }
        let errand = detector.errands.remove(at: index)
        sendWithNews(.ack, errand.requesterSequence, sender, to: errand.requester, buddy: nil, &outputs)
    }

    mutating func denied(_ sequence: UInt32, _ subject: PeerID, _ sender: PeerID) {
        guard let probe = detector.probe, probe.sequence == sequence, probe.target == subject,
            probe.helpers.contains(sender)
        else { return }
        detector.probe?.nacked.insert(sender)
    }

    /// Somebody wants to know whether `target` answers us (ping-req).
    mutating func runErrand(
        _ sequence: UInt32, _ target: PeerID, _ source: Route, _ now: Instant, _ outputs: inout Outputs
    ) {
        guard target != ownID, let index = members.index(of: target) else {
            sendWithNews(.nack, sequence, target, to: source, buddy: nil, &outputs)
            return
        }
        guard detector.errands.count < GossipLimits.errands else {
            counters.droppedErrands += 1
            return
        }
        let errand = FailureDetector.Errand(
            requester: source, requesterSequence: sequence, target: target, sequence: detector.takeSequence(),
            nackAt: now + settings.probeTimeout,
            expires: now + settings.probeInterval * 2)
        detector.errands.append(errand)
        schedule.errands = min(schedule.errands, errand.nackAt)
        sendWithNews(.ping, errand.sequence, target, to: route(to: index), buddy: target, &outputs)
    }

    mutating func endErrands(_ now: Instant, _ outputs: inout Outputs) {
        for index in detector.errands.indices where detector.errands[index].nackAt <= now {
            let errand = detector.errands[index]
            detector.errands[index].nackAt = .never
            sendWithNews(.nack, errand.requesterSequence, errand.target, to: errand.requester, buddy: nil, &outputs)
        }
        detector.errands.removeAll { $0.expires <= now }
        schedule.errands = detector.errands.reduce(.never) { min($0, $1.nackAt, $1.expires) }
    }

    mutating func lostContact(_ id: PeerID, _ now: Instant) {
        guard !detector.urgent.contains(id), detector.urgent.count < FailureDetector.urgentLimit else { return }
        detector.urgent.append(id)
        schedule.probe = min(schedule.probe, now)
    }

    /// A dead peer may only have been cut off: it hears that we think it dead, and refutes.
    mutating func probeDead(_ now: Instant, _ outputs: inout Outputs) {
        schedule.deadProbe = now + jittered(settings.deadProbeInterval)
        guard let index = members.pick(1, using: &random, where: { $0.state == .dead }).first else { return }
        members.note(at: index) { $0.turnAddress() }
        _ = ping(index, &outputs)
    }

    /// A ping outside the round, mostly for what rides along; returns its sequence.
    mutating func ping(_ index: Int, _ outputs: inout Outputs) -> UInt32 {
        let sequence = detector.takeSequence()
        let id = members.rows[index].id
        sendWithNews(.ping, sequence, id, to: route(to: index), buddy: id, &outputs)
        return sequence
    }

    mutating func askEcho(of id: PeerID, _ now: Instant, _ outputs: inout Outputs) {
        guard phase == .running, let index = members.index(of: id), members.rows[index].state.isPresent else { return }
        let sequence = detector.takeSequence()
        echoes.await(id, sequence, now: now)
        sendBare(.ping, sequence, id, to: .datagram(members.rows[index].address), &outputs)
    }

    /// A member that came, or came back, enters the round at a random place (SWIM 4.3).
    mutating func enterRound(_ id: PeerID) {
        guard detector.ring.count < GossipLimits.members else { return }
        detector.ring.insert(id.digest.prefix, at: Int.random(in: 0...detector.ring.count, using: &random))
    }
}
