import Basics

/// Infection-style dissemination: news rides along with every message, and is pushed while there is any (SWIM 4.1).
extension Membership {
    /// How often one piece of news is sent: lambda log N (SWIM 4.1).
    private var newsBudget: Int {
        let sends = settings.retransmitsPerDoubling * Logarithm.base2(members.presentCount + 2)
        return max(2, Int(sends.rounded(.up)))
    }

    mutating func queue(_ name: RecordName, _ now: Instant) {
        lastChange = now
        if outbox.add(name) { scheduleNews(now) } else { counters.droppedNews += 1 }
    }

    mutating func scheduleNews(_ now: Instant) {
        guard schedule.gossip == .never else { return }
        schedule.gossip = max(
            schedule.lastGossip + settings.gossipInterval, now + fraction(of: settings.gossipInterval / 10))
    }

    mutating func pushNews(_ now: Instant, _ outputs: inout Outputs) {
        schedule.gossip = .never
        schedule.lastGossip = now
        guard !outbox.isEmpty else { return }
        let targets = members.pick(settings.gossipFanout, using: &random) { $0.state.isPresent }
        for place in 0..<targets.count {
            let route = route(to: targets[place])
            // Cards are large: they go in a datagram of their own and leave the first one to the small news.
            var small = DatagramWriter(.news, limit: limit(of: route), &outputs)
            fillSmall(&small, buddyClaim: nil, &outputs)
            if small.isBare(outputs) { small.discard(&outputs) } else { send(small, to: route, &outputs) }
            var large = DatagramWriter(.news, limit: limit(of: route), &outputs)
            fillCards(&large, &outputs)
            if large.isBare(outputs) { large.discard(&outputs) } else { send(large, to: route, &outputs) }
        }
        if targets.count > 0, !outbox.isEmpty { schedule.gossip = now + settings.gossipInterval }
    }

    /// Sends a message about a peer with as much news as fits.
    mutating func sendWithNews(
        _ code: MessageCode, _ sequence: UInt32, _ id: PeerID, to route: Route, buddy: PeerID?,
        _ outputs: inout Outputs
    ) {
        let writer = DatagramWriter(
            code, sequence, id, fingerprint: fingerprint, limit: limit(of: route), &outputs)
        addNews(to: writer, route, buddy, &outputs)
    }

    /// Without news: as small as it can be.
    mutating func sendBare(
        _ code: MessageCode, _ sequence: UInt32, _ id: PeerID, to route: Route, _ outputs: inout Outputs
    ) {
        let writer = DatagramWriter(
            code, sequence, id, fingerprint: fingerprint, limit: limit(of: route), &outputs)
        send(writer, to: route, &outputs)
    }

    mutating func sendWithNews(_ code: MessageCode, to route: Route, buddy: PeerID?, _ outputs: inout Outputs) {
        addNews(to: DatagramWriter(code, limit: limit(of: route), &outputs), route, buddy, &outputs)
    }

    /// A buddy that is suspected or dead hears it first of all (the buddy system of Lifeguard IV-C).
    private mutating func addNews(
        to writer: DatagramWriter, _ route: Route, _ buddy: PeerID?, _ outputs: inout Outputs
    ) {
        var writer = writer
        let buddyClaim = buddy.flatMap(members.index).flatMap { members.rows[$0].claim(by: ownID) }
        if let buddyClaim { _ = writer.add(buddyClaim, &outputs) }
        if !outbox.isEmpty {
            fillSmall(&writer, buddyClaim: buddyClaim, &outputs)
            fillCards(&writer, &outputs)
        }
        send(writer, to: route, &outputs)
    }

    /// Claims, pulses and the rest, each kept from the space that waiting ones of the others may claim.
    private mutating func fillSmall(_ writer: inout DatagramWriter, buddyClaim: Claim?, _ outputs: inout Outputs) {
        let budget = newsBudget
        // In a small group a piece that is told less often misses somebody.
        let isLarge = members.presentCount >= settings.largeGroup
        if !outbox.claims.isEmpty {
            let members = self.members
            let reserved =
                (outbox.pulses.isEmpty ? 0 : Outbox.pulseShare) + (outbox.others.isEmpty ? 0 : Outbox.otherShare)
            // Up to four accusers are told of each suspect, and whoever misses one hears another.
            outbox.claims.take(budget: isLarge ? max(4, budget / 2) : budget, heeding: isLarge) { claim in
                guard let index = members.index(of: claim.subject),
                    members.rows[index].claim(by: claim.accuser) == claim
                else { return .stale }
                if claim == buddyClaim { return .sent }
                return writer.add(claim, reserved: reserved, &outputs) ? .sent : .tooLarge
            }
        }
        let known = KnownRecords(members: members, own: own.records, ownID: ownID)
        let reserved = outbox.others.isEmpty ? 0 : Outbox.otherShare
        let isCrowded = outbox.pulses.count > settings.fewPulses
        outbox.pulses.take(budget: isCrowded ? max(3, budget / 3) : budget, heeding: isCrowded || isLarge) {
            known.write($0, reserved: reserved, to: &writer, &outputs)
        }
        outbox.others.take(budget: budget, heeding: outbox.others.count > settings.fewPulses || isLarge) {
            known.write($0, reserved: 0, to: &writer, &outputs)
        }
    }

    /// A third as often as small news when there are many, since a card fills a datagram; anti-entropy brings what is
    /// missed.
    private mutating func fillCards(_ writer: inout DatagramWriter, _ outputs: inout Outputs) {
        guard !outbox.cards.isEmpty else { return }
        let isCrowded = outbox.cards.count > settings.fewCards
        let budget = isCrowded ? max(3, newsBudget / 3) : newsBudget
        let known = KnownRecords(members: members, own: own.records, ownID: ownID)
        outbox.cards.take(budget: budget, heeding: isCrowded) { known.write($0, reserved: 0, to: &writer, &outputs) }
    }

    /// What may be told of records while the outbox is changed: shares the tables, copies nothing.
    private struct KnownRecords {
        let members: MemberTable
        let own: [StoredRecord]
        let ownID: PeerID

        func write(
            _ name: RecordName, reserved: Int, to writer: inout DatagramWriter, _ outputs: inout Outputs
        ) -> SpreadLane<RecordName>.Verdict {
            let record: StoredRecord?
            if name.owner == ownID {
                record = own.first { $0.kind == name.kind && $0.item == name.item }
            } else if let index = members.index(of: name.owner), members.rows[index].state != .dead {
                record = members.rows[index].record(name.kind, name.item)
            } else {
                record = nil
            }
            guard let record else { return .stale }
            return writer.add(record: record.bytes, reserved: reserved, &outputs) ? .sent : .tooLarge
        }
    }
}
