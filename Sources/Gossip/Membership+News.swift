import Basics

/// Infection-style dissemination: news rides along with every message, and is pushed while there is any (SWIM 4.1).
extension Membership {
    /// How often one piece of news is sent: lambda log N (SWIM 4.1).
    private var newsBudget: Int {
        let sends = settings.retransmitsPerDoubling * Logarithm.base2(members.presentCount + 2)
        return max(2, Int(sends.rounded(.up)))
    }

    mutating func queue(_ name: RecordName, _ now: Instant) {
        if outbox.add(name) { scheduleNews(now) } else { counters.droppedNews += 1 }
    }

    mutating func scheduleNews(_ now: Instant) {
        guard schedule.gossip == .never else { return }
        schedule.gossip = max(
            schedule.lastGossip + settings.gossipInterval, now + fraction(of: settings.gossipInterval / 10))
    }

    mutating func pushNews(_ now: Instant, _ outputs: inout [Output]) {
        schedule.gossip = .never
        schedule.lastGossip = now
        guard !outbox.isEmpty else { return }
        let targets = members.pick(settings.gossipFanout, using: &random) { $0.state.isPresent }
        for target in targets {
            let address = members.rows[target].address
            // Cards are large: they go in a datagram of their own and leave the first one to the small news.
            var small = Datagram(.news)
            fillSmall(&small)
            if !small.isBare { send(small, to: address, &outputs) }
            var large = Datagram(.news)
            fillCards(&large)
            if !large.isBare { send(large, to: address, &outputs) }
        }
        if !targets.isEmpty, !outbox.isEmpty { schedule.gossip = now + settings.gossipInterval }
    }

    /// Sends a message with as much news as fits; a buddy that is suspected or dead hears it first of all
    /// (the buddy system of Lifeguard IV-C).
    mutating func sendWithNews(
        _ message: Message, to address: PeerAddress, buddy: PeerID?, _ outputs: inout [Output]
    ) {
        var datagram = Datagram(message)
        if let buddy, let claim = members[buddy]?.claim(by: ownID) { _ = datagram.add(claim) }
        if !outbox.isEmpty {
            fillSmall(&datagram)
            fillCards(&datagram)
        }
        send(datagram, to: address, &outputs)
    }

    mutating func send(_ datagram: Datagram, to address: PeerAddress, _ outputs: inout [Output]) {
        let bytes = datagram.encoded()
        counters.datagramsSent += 1
        counters.bytesSent += UInt64(bytes.count)
        outputs.append(.send(to: address, bytes: bytes))
    }

    /// Claims, pulses and unknown kinds, each kept from the space that waiting ones of the others may claim.
    private mutating func fillSmall(_ datagram: inout Datagram) {
        let budget = newsBudget
        let members = self.members
        var reserved = (outbox.pulses.isEmpty ? 0 : Outbox.pulseShare) + (outbox.others.isEmpty ? 0 : Outbox.otherShare)
        outbox.claims.take(budget: budget) { claim in
            guard members[claim.subject]?.claim(by: claim.accuser) == claim else { return .stale }
            if datagram.claims.contains(claim) { return .sent }
            guard datagram.freeBytes >= Claim.byteCount + Datagram.sectionBytes + reserved else { return .tooLarge }
            return datagram.add(claim) ? .sent : .tooLarge
        }
        reserved = outbox.others.isEmpty ? 0 : Outbox.otherShare
        fill(&datagram, from: \.pulses, budget, reserved)
        fill(&datagram, from: \.others, budget, 0)
    }

    /// A third as often as small news when there are many, since a card fills a datagram; anti-entropy brings what is
    /// missed.
    private mutating func fillCards(_ datagram: inout Datagram) {
        let budget = outbox.cards.count > settings.fewCards ? max(3, newsBudget / 3) : newsBudget
        fill(&datagram, from: \.cards, budget, 0)
    }

    private mutating func fill(
        _ datagram: inout Datagram, from lane: WritableKeyPath<Outbox, SpreadLane<RecordName>>, _ budget: Int,
        _ reserved: Int
    ) {
        let members = self.members
        let ownRecords = own.records
        let ownID = self.ownID
        outbox[keyPath: lane].take(budget: budget) { name in
            let record: SignedRecord?
            if name.owner == ownID {
                record = ownRecords[name.kind]
            } else if let member = members[name.owner], member.state != .dead {
                record = member.records[name.kind]
            } else {
                record = nil
            }
            guard let record else { return .stale }
            guard datagram.freeBytes >= record.byteCount + Datagram.sectionBytes + reserved else { return .tooLarge }
            return datagram.add(record) ? .sent : .tooLarge
        }
    }
}
