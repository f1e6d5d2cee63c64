import Basics

/// Suspicion, death, refutation and departure (SWIM 4.2 with the suspicion of Lifeguard IV-B).
extension Membership {
    mutating func consider(
        _ claim: Claim, _ sender: PeerID, _ from: PeerAddress, _ now: Instant, _ wants: inout [RecordName],
        _ outputs: inout [Output]
    ) {
        if claim.subject == ownID {
            if claim.incarnation > own.incarnation { wants.append(RecordName(owner: ownID, kind: .card)) }
            refute(claim, tell: from, now, &outputs)
            return
        }
        guard claim.accuser != ownID, claim.accuser != claim.subject,
            claim.accuser == sender || members.index(of: claim.accuser) != nil,
            let index = members.index(of: claim.subject)
        else { return }
        let member = members.rows[index]
        guard claim.incarnation == member.incarnation else {
            if claim.incarnation > member.incarnation {
                wants.append(RecordName(owner: claim.subject, kind: .pulse))
            }
            return
        }
        switch member.state {
        case .alive:
            // Nobody's word alone kills: a claim of death starts our own suspicion, which a living peer refutes.
            suspect(at: index, by: claim.accuser, now, &outputs)
        case .suspect:
            if claim.verdict == .dead, let suspicion = member.suspicion, now - suspicion.since >= suspicion.least {
                die(at: index, now, &outputs)
            } else {
                confirm(at: index, by: claim.accuser, now)
            }
        case .dead, .left: break
        }
    }

    mutating func suspect(at index: Int, by accuser: PeerID, _ now: Instant, _ outputs: inout [Output]) {
        let doublings = max(Double(settings.suspicionLeastDoublings), Logarithm.base2(members.presentCount + 1))
        let least = settings.suspicionPerDoubling * doublings
        let canConfirm = members.presentCount - 1 >= settings.suspicionConfirmations
        let suspicion = Suspicion(
            since: now, by: accuser, least: least, most: least * settings.suspicionStretch,
            needed: canConfirm ? settings.suspicionConfirmations : 0)
        members.update(at: index) {
            $0.state = .suspect
            $0.since = now
            $0.suspicion = suspicion
        }
        counters.suspicions += 1
        schedule.suspicions = min(schedule.suspicions, wake(of: suspicion))
        outputs.append(.event(.suspected(members.rows[index].id)))
        queueClaim(at: index, by: accuser, now)
    }

    /// The first accusers are spread on, so that independent suspicions meet (Lifeguard IV-B).
    mutating func confirm(at index: Int, by accuser: PeerID, _ now: Instant) {
        let isNew = members.update(at: index) { $0.suspicion?.confirm(by: accuser) ?? false }
        guard isNew, let suspicion = members.rows[index].suspicion else { return }
        schedule.suspicions = min(schedule.suspicions, wake(of: suspicion))
        queueClaim(at: index, by: accuser, now)
    }

    private func wake(of suspicion: Suspicion) -> Instant {
        min(suspicion.deadline, suspicion.nextCall(limit: settings.lastCalls, spacing: settings.lastCallSpacing))
    }

    /// Calls suspects whose time is short, who hear of the suspicion with it, and ends what was not refuted.
    mutating func endSuspicions(_ now: Instant, _ outputs: inout [Output]) {
        var next = Instant.never
        for index in members.rows.indices {
            guard let suspicion = members.rows[index].suspicion else { continue }
            guard suspicion.deadline <= now else {
                if wake(of: suspicion) <= now {
                    let sequence = ping(members.rows[index], &outputs)
                    members.update(at: index) { $0.suspicion?.countCall(sequence, now) }
                }
                if let suspicion = members.rows[index].suspicion { next = min(next, wake(of: suspicion)) }
                continue
            }
            if let grace = graceAtEnd(of: suspicion, members.rows[index], now) {
                members.update(at: index) { $0.suspicion?.postpone(until: grace) }
                next = min(next, grace)
            } else {
                die(at: index, now, &outputs)
            }
        }
        schedule.suspicions = next
    }

    /// A reason to wait longer: it answered us meanwhile, or we are so late that its refutation may lie unread.
    private mutating func graceAtEnd(of suspicion: Suspicion, _ member: Member, _ now: Instant) -> Instant? {
        if let answer = member.lastAnswer, answer > suspicion.since, now - answer < suspicion.least {
            return answer + suspicion.least
        }
        if now - suspicion.deadline > settings.lateness {
            detector.adjustAwareness(by: 1, limit: settings.awarenessLimit)
            return now + settings.probeInterval
        }
        return nil
    }

    mutating func die(at index: Int, _ now: Instant, _ outputs: inout [Output]) {
        members.update(at: index) {
            $0.state = .dead
            $0.since = now
            $0.suspicion = nil
        }
        counters.deaths += 1
        outputs.append(.event(.dead(members.rows[index].id)))
        queueClaim(at: index, by: ownID, now)
    }

    /// The owner showed a new incarnation: whatever was said of the old one is void.
    mutating func raise(_ incarnation: UInt64, at index: Int, _ now: Instant, _ outputs: inout [Output]) {
        let member = members.rows[index]
        guard incarnation > member.incarnation else { return }
        members.update(at: index) {
            $0.incarnation = incarnation
            $0.suspicion = nil
        }
        guard member.state != .alive else { return }
        members.update(at: index) {
            $0.state = .alive
            $0.since = now
        }
        if !member.state.isPresent {
            enterRound(member.id)
            queue(RecordName(owner: member.id, kind: .card), now)
        }
        outputs.append(.event(.alive(member.id)))
    }

    mutating func depart(_ incarnation: UInt64, at index: Int, _ now: Instant, _ outputs: inout [Output]) {
        let member = members.rows[index]
        guard incarnation >= member.incarnation, member.state != .left else { return }
        members.update(at: index) {
            $0.incarnation = incarnation
            $0.suspicion = nil
            $0.state = .left
            $0.since = now
        }
        outputs.append(.event(.left(member.id)))
    }

    private mutating func queueClaim(at index: Int, by accuser: PeerID, _ now: Instant) {
        guard let claim = members.rows[index].claim(by: accuser) else { return }
        if outbox.claims.add(claim) { scheduleNews(now) } else { counters.droppedNews += 1 }
    }
}
