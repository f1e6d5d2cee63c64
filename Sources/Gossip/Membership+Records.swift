import Basics

/// Records coming in: the highest version of the owner wins, and only what the shell verified is kept and forwarded.
extension Membership {
    mutating func consider(
        _ record: SignedRecord, _ sender: PeerID, _ now: Instant, _ wants: inout [RecordName],
        _ outputs: inout [Output]
    ) {
        if pending.isMuted(sender, settings: settings) {
            counters.mutedRecords += 1
            return
        }
        if record.owner == ownID {
            guard record.version >= own.nextVersion else { return }
        } else if let member = members[record.owner] {
            guard record.version > member.records.version(of: record.kind) else { return }
            guard hasRoom(for: record, of: member) else { return }
        } else if record.kind == .card {
            guard members.count < GossipLimits.members || members.rows.contains(where: { !$0.state.isPresent }) else {
                counters.droppedMembers += 1
                return
            }
        } else {
            // It can only be verified against the certificate in its owner's card.
            if !pending.isCheckingCard(of: record.owner) {
                wants.append(RecordName(owner: record.owner, kind: .card))
            }
            if !pending.park(record, sender: sender, until: now + settings.parkingTimeout) {
                counters.droppedParked += 1
            }
            return
        }
        guard !pending.isChecking(record) else { return }
        let check = PendingRecords.Check(sender: sender, expires: now + settings.verificationTimeout)
        guard pending.begin(record, check) else {
            counters.droppedVerifications += 1
            return
        }
        outputs.append(.verify(record))
    }

    mutating func verified(_ record: SignedRecord, _ isGood: Bool, _ now: Instant, _ outputs: inout [Output]) {
        guard phase != .idle, phase != .left, let check = pending.end(record) else { return }
        guard isGood else {
            counters.rejectedRecords += 1
            pending.countForgery(by: check.sender, now: now, settings: settings)
            return
        }
        if record.owner == ownID {
            if phase == .running { outlive(record.version, now, &outputs) }
        } else if record.kind == .card {
            accept(card: record, now, &outputs)
        } else if let index = members.index(of: record.owner) {
            accept(record, at: index, now, &outputs)
        }
    }

    private mutating func accept(card record: SignedRecord, _ now: Instant, _ outputs: inout [Output]) {
        guard let card = try? Card(decoding: record.body) else {
            counters.malformedRecords += 1
            return
        }
        if let index = members.index(of: record.owner) {
            guard record.version > members.rows[index].records.version(of: .card) else { return }
            members.update(at: index) {
                $0.card = card
                $0.addressIndex = 0
                $0.records.replace(record)
            }
            raise(card.incarnation, at: index, now, &outputs)
        } else {
            guard makeRoom(&outputs) else { return }
            var member = Member(id: record.owner, card: card, incarnation: card.incarnation, since: now)
            member.records.replace(record)
            members.insert(member)
            lastJoin = now
            enterRound(record.owner)
            outputs.append(.event(.joined(record.owner)))
            // Where somebody is new there may be more that are; a rumour alone misses a few.
            hastenSync(now)
        }
        queue(record.name, now)
        outputs.append(.event(.recordChanged(record.owner, .card)))
        var wants: [RecordName] = []
        for waiting in pending.unpark(record.owner) {
            consider(waiting.record, waiting.sender, now, &wants, &outputs)
        }
    }

    private mutating func accept(
        _ record: SignedRecord, at index: Int, _ now: Instant, _ outputs: inout [Output]
    ) {
        let member = members.rows[index]
        guard record.version > member.records.version(of: record.kind), hasRoom(for: record, of: member) else { return }
        if record.kind == .pulse {
            guard let pulse = try? Pulse(decoding: record.body) else {
                counters.malformedRecords += 1
                return
            }
            members.update(at: index) {
                $0.pulse = pulse
                $0.records.replace(record)
            }
            if pulse.isLeaving {
                depart(pulse.incarnation, at: index, now, &outputs)
            } else {
                raise(pulse.incarnation, at: index, now, &outputs)
            }
        } else {
            counters.unknownRecords += 1
            if member.records[record.kind] == nil { unknownRecordCount += 1 }
            members.update(at: index) { $0.records.replace(record) }
        }
        queue(record.name, now)
        outputs.append(.event(.recordChanged(record.owner, record.kind)))
    }

    /// Kinds of later versions are carried within limits.
    private mutating func hasRoom(for record: SignedRecord, of member: Member) -> Bool {
        if record.kind.isKnown || member.records[record.kind] != nil { return true }
        if member.records.unknownCount < GossipLimits.unknownKindsPerOwner,
            unknownRecordCount < GossipLimits.unknownRecords
        {
            return true
        }
        counters.droppedUnknownRecords += 1
        return false
    }

    /// A full table forgets its oldest tombstone; the living are never pushed out.
    private mutating func makeRoom(_ outputs: inout [Output]) -> Bool {
        guard members.count >= GossipLimits.members else { return true }
        let gone = members.rows.indices.filter { !members.rows[$0].state.isPresent }
        guard let oldest = gone.min(by: { members.rows[$0].since < members.rows[$1].since }) else {
            counters.droppedMembers += 1
            return false
        }
        forget(at: oldest, &outputs)
        return true
    }

    mutating func forget(at index: Int, _ outputs: inout [Output]) {
        let member = members.remove(at: index)
        unknownRecordCount -= member.records.unknownCount
        outputs.append(.event(.forgotten(member.id)))
    }
}
