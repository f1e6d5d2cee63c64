import Basics

/// Datagrams coming in: claims first, then records, then the message itself.
extension Membership {
    mutating func receive(
        _ bytes: [UInt8], _ from: PeerAddress, _ sender: PeerID, _ now: Instant, _ outputs: inout [Output]
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
        var wants: [RecordName] = []
        for claim in datagram.claims { consider(claim, sender, from, now, &wants, &outputs) }
        for record in datagram.records { consider(record, sender, now, &wants, &outputs) }
        meet(sender, from, now, &wants, &outputs)
        take(datagram.message, from, sender, now, &wants, &outputs)
        sendWants(wants, to: from, now, &outputs)
    }

    private mutating func take(
        _ message: Message, _ from: PeerAddress, _ sender: PeerID, _ now: Instant, _ wants: inout [RecordName],
        _ outputs: inout [Output]
    ) {
        switch message {
        case .ping(let sequence, let target):
            if target == ownID {
                sendWithNews(.ack(sequence: sequence, subject: ownID), to: from, buddy: sender, &outputs)
            }
        case .ack(let sequence, let subject): acknowledged(sequence, subject, sender, now, &outputs)
        case .nack(let sequence, let subject): denied(sequence, subject, sender)
        case .pingRequest(let sequence, let target): runErrand(sequence, target, from, now, &outputs)
        case .news: break
        case .sync(let page): answer(page, from, sender, now, &wants, &outputs)
        case .want(let names): answer(names, from, now, &outputs)
        case .answer(let more): if more { hastenSync(now) }
        }
    }

    /// A sender that we do not know, or think gone, is asked who it is.
    private mutating func meet(
        _ sender: PeerID, _ from: PeerAddress, _ now: Instant, _ wants: inout [RecordName], _ outputs: inout [Output]
    ) {
        guard let index = members.index(of: sender) else {
            if !pending.isCheckingCard(of: sender) {
                wants.append(RecordName(owner: sender, kind: .card))
                wants.append(RecordName(owner: sender, kind: .pulse))
            }
            return
        }
        let member = members.rows[index]
        switch member.state {
        case .alive, .suspect: break
        case .left: wants.append(RecordName(owner: sender, kind: .pulse))
        case .dead:
            // Back from a partition, perhaps with many others: tell it what we believe, and compare views.
            if let last = member.lastReunion, now - last < settings.deadProbeInterval { return }
            members.update(at: index) { $0.lastReunion = now }
            sendWithNews(.news, to: from, buddy: sender, &outputs)
            sendDigest(to: from, &outputs)
        }
    }

}
