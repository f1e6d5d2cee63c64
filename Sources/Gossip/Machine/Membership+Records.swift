import Basics

/// Records coming in: the highest version of the owner wins, and only what the shell verified is kept and forwarded.
extension Membership {
    mutating func consider(_ record: RawRecord, _ sender: PeerID, _ now: Instant, _ outputs: inout Outputs) {
        if offenders.isMuted(sender, borne: settings.forgeriesBorne) {
            counters.mutedRecords += 1
            return
        }
        if record.owner == ownID {
            guard record.version >= own.nextVersion else { return }
        } else if let index = members.index(of: record.owner) {
            let held = members.rows[index].version(record.kind, record.item)
            guard record.version > held else {
                if record.version == held { outbox.hear(record.name) }
                return
            }
            guard hasRoom(for: record.name, at: index) else { return }
        } else if record.kind == .card {
            guard members.count < GossipLimits.members || members.presentCount < members.count else {
                counters.droppedMembers += 1
                return
            }
        } else {
            // It can only be verified against the certificate in its owner's card.
            let card = RecordName(owner: record.owner, kind: .card)
            if !pending.isChecking(card) { wants.append(card) }
            if !parked.park(record, sender: sender, until: now + settings.parkingTimeout) {
                counters.droppedParked += 1
            }
            return
        }
        guard !pending.isChecking(record) else { return }
        let expires = now + settings.verificationTimeout
        guard let ticket = pending.begin(record, sender: sender, expires: expires) else {
            counters.droppedVerifications += 1
            return
        }
        outputs.append(.verify(ticket, record: outputs.keep(record.bytes)))
    }

    mutating func verified(
        _ ticket: VerificationTicket, _ verdict: Verdict, _ now: Instant, _ outputs: inout Outputs
    ) {
        guard phase != .idle, phase != .left, let checked = pending.checked(ticket) else { return }
        asked.arrived(checked.name)
        var bytes = pending.takeBytes(of: ticket)
        switch verdict {
        case .bad:
            counters.rejectedRecords += 1
            offenders.countForgery(by: checked.sender, until: now + settings.muteDuration)
        case .good: accept(checked, &bytes, now, &outputs)
        case .goodShared(var shared): accept(checked, &shared, now, &outputs)
        }
        pending.end(ticket, giving: bytes)
        if checked.name.kind == .card { reconsiderParked(of: checked.name.owner, now, &outputs) }
    }

    /// `bytes` is the whole record; the older one's memory is given back in its place.
    private mutating func accept(
        _ checked: PendingRecords.Checked, _ bytes: inout [UInt8], _ now: Instant, _ outputs: inout Outputs
    ) {
        let name = checked.name
        if name.owner == ownID {
            if phase == .running { outlive(checked.version, now, &outputs) }
        } else if name.kind == .card {
            accept(card: checked, &bytes, now, &outputs)
        } else if let index = members.index(of: name.owner) {
            accept(checked, at: index, &bytes, now, &outputs)
        }
    }

    private mutating func accept(
        card checked: PendingRecords.Checked, _ bytes: inout [UInt8], _ now: Instant, _ outputs: inout Outputs
    ) {
        let record = StoredRecord(bytes, version: checked.version)
        guard let card = try? Card(decoding: record.body) else {
            counters.malformedRecords += 1
            return
        }
        let owner = checked.name.owner
        if let index = members.index(of: owner) {
            guard checked.version > members.rows[index].card.version else { return }
            members.update(at: index) { $0.take(checked.name, version: checked.version, bytes: &bytes) }
            raise(card.incarnation, at: index, now, &outputs)
        } else {
            guard makeRoom(&outputs), let member = Member(id: owner, card: record, since: now) else { return }
            bytes = []
            members.insert(member)
            lastJoin = now
            enterRound(owner)
            outputs.append(.joined(owner))
            // Where somebody is new there may be more that are; a rumour alone misses a few.
            hastenSync(now)
            if checked.sender == owner, let index = members.index(of: owner) {
                // It introduced itself, and was answered with little until its address was proven.
                sendDigest(to: route(to: index), &outputs)
            }
        }
        queue(checked.name, now)
        outputs.append(.recordChanged(owner, .card))
    }

    private mutating func accept(
        _ checked: PendingRecords.Checked, at index: Int, _ bytes: inout [UInt8], _ now: Instant,
        _ outputs: inout Outputs
    ) {
        let name = checked.name
        let held = members.rows[index].version(name.kind, name.item)
        guard checked.version > held, hasRoom(for: name, at: index) else { return }
        if name.kind == .pulse {
            guard let pulse = StoredRecord(bytes, version: checked.version).withBody(PulseHead.init) else {
                counters.malformedRecords += 1
                return
            }
            members.update(at: index) { $0.take(name, version: checked.version, bytes: &bytes) }
            if pulse.isLeaving {
                depart(pulse.incarnation, at: index, now, &outputs)
            } else {
                raise(pulse.incarnation, at: index, now, &outputs)
            }
        } else {
            if !name.kind.isKnown { counters.unknownRecords += 1 }
            if held == 0 { otherRecordCount += 1 }
            members.update(at: index) { $0.take(name, version: checked.version, bytes: &bytes) }
        }
        queue(name, now)
        outputs.append(.recordChanged(name.owner, name.kind))
    }

    private mutating func reconsiderParked(of owner: PeerID, _ now: Instant, _ outputs: inout Outputs) {
        guard members.index(of: owner) != nil else { return }
        for waiting in parked.unpark(owner) {
            waiting.bytes.withUnsafeBytes { bytes in
                var reader = RawReader(bytes)
                if let record = try? RawRecord(decoding: &reader) { consider(record, waiting.sender, now, &outputs) }
            }
        }
    }

    /// Records beside card and pulse are kept within limits, those of later versions within narrower ones.
    private mutating func hasRoom(for name: RecordName, at index: Int) -> Bool {
        if name.kind.isOfPeer || members.rows[index].version(name.kind, name.item) > 0 { return true }
        let others = members.rows[index].others
        let unknown = name.kind.isKnown ? 0 : others.count { !$0.kind.isKnown }
        if others.count < GossipLimits.itemsPerOwner, unknown < GossipLimits.unknownKindsPerOwner,
            otherRecordCount < GossipLimits.otherRecords
        {
            return true
        }
        counters.droppedRecords += 1
        return false
    }

    /// A full table forgets its oldest tombstone; the living are never pushed out.
    private mutating func makeRoom(_ outputs: inout Outputs) -> Bool {
        guard members.count >= GossipLimits.members else { return true }
        let gone = members.rows.indices.filter { !members.rows[$0].state.isPresent }
        guard let oldest = gone.min(by: { members.rows[$0].since < members.rows[$1].since }) else {
            counters.droppedMembers += 1
            return false
        }
        forget(at: oldest, &outputs)
        return true
    }

    mutating func forget(at index: Int, _ outputs: inout Outputs) {
        let member = members.remove(at: index)
        suspicions.remove(member.id)
        otherRecordCount -= member.others.count
        outputs.append(.forgotten(member.id))
    }
}
