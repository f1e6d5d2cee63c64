import Basics

/// Datagrams coming in: claims first, then records, then the message itself.
extension Membership {
    mutating func receive(
        _ bytes: UnsafeRawBufferPointer, _ source: Route, _ sender: PeerID, _ now: Instant, _ outputs: inout Outputs
    ) {
        guard phase != .idle, phase != .left else { return }
        counters.datagramsReceived += 1
        guard sender != ownID else {
            counters.ownDatagrams += 1
            return
        }
        let datagram: Datagram
        do {
            datagram = try Datagram(decoding: bytes)
        } catch {
            counters.malformedDatagrams += 1
            return
        }
        noteWay(source, now)
        limitAnswers(to: source, sender, bytes.count)
        wants.removeAll(keepingCapacity: true)
        noteHearing(datagram.message, sender, now)
        datagram.forEachClaim { consider($0, sender, source, now, &outputs) }
        datagram.forEachRecord { consider($0, sender, now, &outputs) }
        meet(sender, source, now, &outputs)
        take(datagram.message, source, sender, now, &outputs)
        sendWants(to: source, now, &outputs)
        unproven = nil
    }

    private mutating func take(
        _ message: Datagram.Message, _ source: Route, _ sender: PeerID, _ now: Instant, _ outputs: inout Outputs
    ) {
        switch message {
        case .ping(let sequence, let target, let theirs):
            guard target == ownID else { return }
            compare(theirs, source, now, &outputs)
            if case .stream = source, let index = members.index(of: sender) {
                // It asks this way since datagrams between us do not get through, in one direction at least.
                members.note(at: index) { $0.isStreamed = true }
            }
            sendWithNews(.ack, sequence, ownID, to: source, buddy: sender, &outputs)
        case .ack(let sequence, let subject, let theirs):
            if subject == sender { compare(theirs, source, now, &outputs) }
            acknowledged(sequence, subject, sender, source, now, &outputs)
        case .nack(let sequence, let subject): denied(sequence, subject, sender)
        case .pingRequest(let sequence, let target): runErrand(sequence, target, source, now, &outputs)
        case .news: break
        case .page(let page): answer(page, source, sender, now, &outputs)
        case .want(let names):
            offers.removeAll(keepingCapacity: true)
            told.removeAll(keepingCapacity: true)
            names.forEach { offers.append($0) }
            sendOffers(from: 0, to: source, now, &outputs)
        case .answer(let more): if more { hastenSync(now) }
        case .summary(let summary): answer(summary, source, now, &outputs)
        }
    }

    /// A sender that we do not know, or think gone, is asked who it is.
    private mutating func meet(_ sender: PeerID, _ source: Route, _ now: Instant, _ outputs: inout Outputs) {
        guard let index = members.index(of: sender) else {
            if !pending.isChecking(RecordName(owner: sender, kind: .card)) {
                wants.append(RecordName(owner: sender, kind: .card))
                wants.append(RecordName(owner: sender, kind: .pulse))
            }
            return
        }
        switch members.rows[index].state {
        case .alive, .suspect: break
        case .left: wants.append(RecordName(owner: sender, kind: .pulse))
        case .dead:
            // Back from a partition, perhaps with many others: tell it what we believe, and compare views. Its answer to
            // the ping says that it hears us: until then what it says of us counts for nothing.
            let last = members.rows[index].lastReunion
            if last != .origin, now - last < settings.deadProbeInterval { return }
            members.note(at: index) { $0.lastReunion = now }
            sendWithNews(.ping, detector.takeSequence(), sender, to: source, buddy: sender, &outputs)
            sendDigest(to: source, &outputs)
        }
    }

    /// An answer to a ping of ours: the sender hears.
    private mutating func noteHearing(_ message: Datagram.Message, _ sender: PeerID, _ now: Instant) {
        guard case .ack(let sequence, sender, _) = message, detector.isRecent(sequence),
            let index = members.index(of: sender), members.rows[index].state == .dead
        else { return }
        members.note(at: index) { $0.lastAnswer = now }
    }

    /// Whether a peer may say that we are gone: it is here itself, or has at least shown just now that it hears us.
    func mayAccuseUs(_ accuser: PeerID, _ now: Instant) -> Bool {
        guard let index = members.index(of: accuser) else { return true }
        if members.rows[index].state != .dead { return true }
        let answer = members.rows[index].lastAnswer
        return answer != .origin && now - answer < settings.hearingLasts
    }

    // MARK: Ways

    private mutating func noteWay(_ source: Route, _ now: Instant) {
        switch source {
        case .datagram:
            lastDatagram = now
            isBlocked = false
            streamedAnswers = 0
        case .stream, .dial:
            // Nothing else has come since we started.
            if lastDatagram == .origin, now - startedAt >= settings.seedPatience { isBlocked = true }
        }
    }

    /// A source address can be false, or that of a datagram which somebody recorded: until the sender's own card says
    /// that it is there, no more goes to it than came from it (the rule of RFC 9000, section 8, with a factor of one).
    private mutating func limitAnswers(to source: Route, _ sender: PeerID, _ received: Int) {
        guard case .datagram(let address) = source else { return }
        if let index = members.index(of: sender), members.rows[index].hasAddress(address) { return }
        unproven = (source, received)
    }

    /// How large a datagram may be that goes there now.
    func limit(of route: Route) -> Int {
        guard let unproven, unproven.source == route else { return GossipLimits.datagramBytes }
        return min(GossipLimits.datagramBytes, unproven.room)
    }

    /// The way to a member.
    func route(to index: Int) -> Route {
        isBlocked ? .stream(members.rows[index].id) : members.rows[index].route
    }

    mutating func send(_ writer: DatagramWriter, to route: Route, _ outputs: inout Outputs) {
        let bytes = writer.finish(outputs)
        if let unproven, unproven.source == route {
            guard Int(bytes.count) <= unproven.room else {
                writer.discard(&outputs)
                counters.withheldAnswers += 1
                return
            }
            self.unproven?.room -= Int(bytes.count)
        }
        counters.datagramsSent += 1
        counters.bytesSent += UInt64(bytes.count)
        if case .datagram = route {} else { counters.streamed += 1 }
        outputs.append(.send(route, bytes))
    }
}
