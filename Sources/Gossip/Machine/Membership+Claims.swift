import Basics

/// Suspicion, death, refutation and departure (SWIM 4.2 with the suspicion of Lifeguard IV-B).
extension Membership {
    mutating func consider(
        _ claim: Claim, _ sender: PeerID, _ source: Route, _ now: Instant, _ outputs: inout Outputs
    ) {
        if claim.subject == ownID {
            guard mayAccuseUs(claim.accuser, now) else {
                counters.ignoredClaims += 1
                return
            }
            if claim.incarnation > own.incarnation { wants.append(RecordName(owner: ownID, kind: .card)) }
            refute(claim, tell: source, now, &outputs)
            return
        }
        // Who is suspected itself, or gone, has nothing to say of others: it may be deaf.
        guard claim.accuser != ownID, claim.accuser != claim.subject, state(of: claim.accuser) == .alive,
            let index = members.index(of: claim.subject)
        else { return }
        let incarnation = members.rows[index].incarnation
        guard claim.incarnation == incarnation else {
            if claim.incarnation > incarnation { wants.append(RecordName(owner: claim.subject, kind: .pulse)) }
            return
        }
        switch members.rows[index].state {
        case .alive:
            // Nobody's word alone kills: a claim of death starts our own suspicion, which a living peer refutes. Nor may
            // anybody accuse everybody at once: the refutations would not get through.
            guard suspicions.lonelyCount(by: claim.accuser) < settings.suspicionsPerAccuser else {
                counters.ignoredClaims += 1
                return
            }
            suspect(at: index, by: claim.accuser, now, &outputs)
        case .suspect:
            guard let place = suspicions.index(of: claim.subject) else { return }
            let suspicion = suspicions.all[place]
            // While this host is overloaded the refutation may lie unread in its own socket.
            if claim.verdict == .dead, now - suspicion.since >= suspicion.least, !isOverloaded(now) {
                die(at: index, now, &outputs)
            } else {
                confirm(at: index, by: claim.accuser, now)
            }
        case .dead, .left: break
        }
    }

    mutating func suspect(at index: Int, by accuser: PeerID, _ now: Instant, _ outputs: inout Outputs) {
        let doublings = max(Double(settings.suspicionLeastDoublings), Logarithm.base2(members.presentCount + 1))
        // Who was suspected lately and was there after all is slow: it gets more time to say so again.
        let slowness = members.rows[index].slowness(now, calmAfter: settings.calmAfter)
        let least = settings.suspicionPerDoubling * doublings * (1 + slowness)
        let canConfirm = members.presentCount - 1 >= settings.suspicionConfirmations
        let suspicion = Suspicion(
            of: members.rows[index].id, since: now, by: accuser, least: least,
            most: least * settings.suspicionStretch, needed: canConfirm ? settings.suspicionConfirmations : 0,
            calls: settings.lastCalls, spacing: settings.lastCallSpacing)
        members.update(at: index) {
            $0.state = .suspect
            $0.since = now
        }
        suspicions.add(suspicion)
        counters.suspicions += 1
        schedule.suspicions = min(schedule.suspicions, suspicion.nextStep)
        outputs.append(.suspected(members.rows[index].id))
        queueClaim(at: index, by: accuser, now)
    }

    /// The first accusers are spread on, so that independent suspicions meet (Lifeguard IV-B).
    mutating func confirm(at index: Int, by accuser: PeerID, _ now: Instant) {
        guard let place = suspicions.index(of: members.rows[index].id) else { return }
        guard suspicions.confirm(at: place, by: accuser) else {
            if let claim = members.rows[index].claim(by: accuser) { outbox.claims.hear(claim) }
            return
        }
        schedule.suspicions = min(schedule.suspicions, suspicions.all[place].nextStep)
        queueClaim(at: index, by: accuser, now)
    }

    /// Calls suspects whose time is short, who hear of the suspicion with it, and ends what was not refuted.
    mutating func endSuspicions(_ now: Instant, _ outputs: inout Outputs) {
        var next = Instant.never
        // From behind: a suspicion that ends is replaced by the last one.
        for place in suspicions.all.indices.reversed() {
            // Hundreds may run, and one is due.
            let step = suspicions.all[place].nextStep
            guard step <= now else {
                next = min(next, step)
                continue
            }
            let suspicion = suspicions.all[place]
            guard let index = members.index(of: suspicion.suspect) else {
                suspicions.remove(suspicion.suspect)
                continue
            }
            if suspicion.deadline > now {
                let isAllowed = suspicions.mayCall(
                    now, most: settings.lastCallsPerSpacing, in: settings.lastCallSpacing)
                let sequence = isAllowed ? ping(index, &outputs) : nil
                if isAllowed { askForRefutation(of: index, now, &outputs) }
                suspicions.update(at: place) { $0.countCall(sequence, now) }
                next = min(next, suspicions.all[place].nextStep)
            } else if let grace = graceAtEnd(of: suspicion, members.rows[index].lastAnswer, now) {
                suspicions.update(at: place) { $0.postpone(until: grace) }
                next = min(next, grace)
            } else {
                die(at: index, now, &outputs)
            }
        }
        schedule.suspicions = next
    }

    /// A rumour misses a few, and what was missed may be the refutation: somebody else is asked for it.
    private mutating func askForRefutation(of index: Int, _ now: Instant, _ outputs: inout Outputs) {
        let suspect = members.rows[index].id
        let others = members.pick(1, using: &random) { $0.state == .alive && $0.id != suspect }
        guard let other = others.first else { return }
        wants.removeAll(keepingCapacity: true)
        wants.append(RecordName(owner: suspect, kind: .pulse))
        sendWants(to: route(to: other), now, &outputs)
    }

    /// A reason to wait longer: it answered us meanwhile, or we are so late that its refutation may lie unread.
    private mutating func graceAtEnd(of suspicion: Suspicion, _ answer: Instant, _ now: Instant) -> Instant? {
        if answer > suspicion.since, now - answer < suspicion.least { return answer + suspicion.least }
        let crowd = suspicion.since + suspicion.least + settings.refutationSpacing * (suspicions.all.count - 1)
        if crowd > now { return crowd }
        let isLate = now - suspicion.deadline > settings.lateness
        if isLate || (isOverloaded(now) && now - suspicion.since < suspicion.most * settings.overloadStretch) {
            detector.adjustAwareness(by: 1, limit: settings.awarenessLimit)
            return now + settings.probeInterval
        }
        return nil
    }

    mutating func die(at index: Int, _ now: Instant, _ outputs: inout Outputs) {
        suspicions.remove(members.rows[index].id)
        members.update(at: index) {
            $0.state = .dead
            $0.since = now
        }
        counters.deaths += 1
        outputs.append(.dead(members.rows[index].id))
        queueClaim(at: index, by: ownID, now)
    }

    /// The owner showed a new incarnation: whatever was said of the old one is void.
    mutating func raise(_ incarnation: UInt64, at index: Int, _ now: Instant, _ outputs: inout Outputs) {
        guard incarnation > members.rows[index].incarnation else { return }
        let id = members.rows[index].id
        let state = members.rows[index].state
        suspicions.remove(id)
        let isSameLife = incarnation >> 32 == members.rows[index].incarnation >> 32
        members.update(at: index) {
            if isSameLife {
                $0.noteRefutation(now, calmAfter: settings.calmAfter, limit: settings.refutationsCounted)
            }
            $0.incarnation = incarnation
            $0.state = .alive
            $0.since = now
        }
        guard state != .alive else { return }
        if !state.isPresent { enterRound(id) }
        outputs.append(.alive(id))
    }

    mutating func depart(_ incarnation: UInt64, at index: Int, _ now: Instant, _ outputs: inout Outputs) {
        guard incarnation >= members.rows[index].incarnation, members.rows[index].state != .left else { return }
        suspicions.remove(members.rows[index].id)
        members.update(at: index) {
            $0.incarnation = incarnation
            $0.state = .left
            $0.since = now
        }
        outputs.append(.left(members.rows[index].id))
    }

    private mutating func queueClaim(at index: Int, by accuser: PeerID, _ now: Instant) {
        guard let claim = members.rows[index].claim(by: accuser) else { return }
        if outbox.claims.add(claim) { scheduleNews(now) } else { counters.droppedNews += 1 }
    }
}
