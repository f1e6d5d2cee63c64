import Basics

/// Anti-entropy: peers compare what they hold and exchange what differs, never more than a few datagrams.
///
/// The push-pull exchange of A. Demers et al., "Epidemic Algorithms for Replicated Database Maintenance" (1987), 1.3,
/// with their checksums for a part of the names each: where nothing differs one datagram says so.
extension Membership {
    mutating func runSync(_ now: Instant, _ outputs: inout Outputs) {
        // What is being checked is not in our digest yet, and would all be sent once more.
        let due = sync.putOffSince ?? now
        if pending.count >= settings.syncBusyChecks, now < due + settings.syncBusyLimit {
            sync.putOffSince = due
            schedule.sync = now + settings.syncFirstInterval
            return
        }
        sync.putOffSince = nil
        schedule.sync = now + jittered(sync.interval)
        sync.interval = min(sync.interval * 2, settings.syncInterval)
        guard let index = members.pick(1, using: &random, where: { $0.state.isPresent }).first else { return }
        counters.syncs += 1
        sendDigest(to: route(to: index), &outputs)
    }

    /// There was more, or somebody new: compare again soon.
    mutating func hastenSync(_ now: Instant) {
        let soon = max(settings.syncFirstInterval, settings.syncPerPeer * members.presentCount)
        sync.interval = soon
        schedule.sync = min(schedule.sync, now + soon)
    }

    /// Sends our whole digest: the entries where they fit one datagram, or a few while the group changes and everything
    /// would differ, else the fingerprints of all parts.
    mutating func sendDigest(to route: Route, _ outputs: inout Outputs) {
        let isQuiet = sync.interval >= settings.syncInterval
        if members.count < Membership.pageRows * (isQuiet ? 1 : Membership.busyPages) {
            sendPages(of: .all, from: 0, most: GossipLimits.pagesPerRound, to: route, &outputs)
            return
        }
        let ownPart = DigestParts.part(of: ownID)
        let ownFingerprint = self.ownFingerprint
        let fingerprints = members.parts.fingerprints
        let writer = DatagramWriter(.summary, limit: limit(of: route), &outputs) { bytes in
            for part in 0..<DigestParts.count {
                bytes.append(bigEndian: fingerprints[part] &+ (part == ownPart ? ownFingerprint : 0))
            }
        }
        send(writer, to: route, &outputs)
    }

    /// So many entries of a card and a pulse fit one page.
    private static let pageRows = 14
    private static let busyPages = 4

    /// Of all that we know, ourselves included.
    var fingerprint: UInt64 { members.parts.total &+ ownFingerprint }

    /// Compares what a ping or its answer says of the sender's view. Where nothing was new here for a while and the two
    /// differ still, one has missed something: the rumour is over, so it is found out now and not at the next round.
    mutating func compare(_ theirs: UInt64, _ source: Route, _ now: Instant, _ outputs: inout Outputs) {
        guard theirs != fingerprint, now - lastChange >= settings.rumourTime,
            now - sync.lastHint >= settings.hintInterval
        else { return }
        sync.lastHint = now
        counters.hintedSyncs += 1
        sendDigest(to: source, &outputs)
    }

    private var ownFingerprint: UInt64 {
        Member.fingerprint(ownID, own.incarnation) { mix in for record in own.records { mix(record) } }
    }

    /// Sends the entries of the parts that differ, beginning anywhere, so that several who answer begin elsewhere.
    mutating func answer(_ summary: DigestSummary, _ source: Route, _ now: Instant, _ outputs: inout Outputs) {
        let ownPart = DigestParts.part(of: ownID)
        var differing = PartSet.none
        for part in 0..<DigestParts.count {
            let held = members.parts.fingerprints[part] &+ (part == ownPart ? ownFingerprint : 0)
            if summary.fingerprint(of: part) != held { differing.insert(part) }
        }
        guard !differing.isEmpty else { return }
        counters.differingDigests += 1
        let first = Int.random(in: 0..<DigestParts.count, using: &random)
        sendPages(of: differing, from: first, most: GossipLimits.pagesPerRound, to: source, &outputs)
    }

    // MARK: Pages

    /// Sends pages of our entries in some parts of the names.
    private mutating func sendPages(
        of parts: PartSet, from first: Int, most: Int, to route: Route, _ outputs: inout Outputs
    ) {
        var left = most
        var step = 0
        while step < DigestParts.count, left > 0 {
            let part = (first + step) % DigestParts.count
            guard parts.contains(part) else {
                step += 1
                continue
            }
            // Parts that follow each other make one run; it ends where the names do.
            var end = part
            while end < DigestParts.count, parts.contains(end), step < DigestParts.count {
                end += 1
                step += 1
            }
            var low = DigestParts.start(of: part)
            let high = DigestParts.start(of: end)
            while let next = low, left > 0 {
                low = sendPage(from: next, to: high, route, &outputs)
                left -= 1
            }
        }
    }

    /// Sends one page that begins at `low`; returns where the next one does, nil when `high` was reached.
    private mutating func sendPage(
        from low: PeerID, to high: PeerID?, _ route: Route, _ outputs: inout Outputs
    ) -> PeerID? {
        var writer = DigestPageWriter(from: low, limit: limit(of: route), &outputs)
        var row = members.lowerBound(low)
        let end = high.map(members.lowerBound) ?? members.count
        var isOwnDue = ownID >= low && (high.map { ownID < $0 } ?? true)
        var next: PeerID?
        while row < end || isOwnDue {
            if isOwnDue, row >= end || ownID < members.rows[row].id {
                guard
                    writer.add(
                        ownID, .alive, own.incarnation, own.records.count, &outputs,
                        { write in
                            for record in own.records { write(record) }
                        })
                else {
                    next = ownID
                    break
                }
                isOwnDue = false
            } else {
                guard
                    writer.add(
                        members.rows[row].id, members.rows[row].state, members.rows[row].incarnation,
                        members.rows[row].recordCount, &outputs, { members.rows[row].forEachRecord($0) })
                else {
                    next = members.rows[row].id
                    break
                }
                row += 1
            }
        }
        send(writer.finish(at: next ?? high, &outputs), to: route, &outputs)
        return next
    }

    /// Compares a page with what we know: sends what is newer here, asks for what is newer there.
    mutating func answer(
        _ page: DigestPage, _ source: Route, _ sender: PeerID, _ now: Instant, _ outputs: inout Outputs
    ) {
        offers.removeAll(keepingCapacity: true)
        told.removeAll(keepingCapacity: true)
        var row = members.lowerBound(page.low)
        var sawUs = false
        page.forEachEntry { entry in
            while row < members.count, members.rows[row].id < entry.id {
                offerAll(row)
                row += 1
            }
            if entry.id == ownID {
                sawUs = true
                compareOwn(entry)
            } else if row < members.count, members.rows[row].id == entry.id {
                compare(entry, row)
                compareState(entry, row, sender, source, now, &outputs)
                row += 1
            } else if entry.state.isPresent {
                // Its card first; the rest is asked for once the card is in.
                entry.forEachVersion { kind, item, _ in want(RecordName(owner: entry.id, kind: kind, item: item)) }
            }
        }
        while row < members.count, page.covers(members.rows[row].id) {
            offerAll(row)
            row += 1
        }
        if !sawUs, page.covers(ownID) {
            for record in own.records { offer(RecordName(owner: ownID, kind: record.kind, item: record.item)) }
        }
        // Different responders begin at different places, so that a newcomer hears different parts from them.
        let first = offers.count > 1 ? Int.random(in: 0..<offers.count, using: &random) : 0
        sendOffers(from: first, to: source, now, &outputs)
    }

    /// Asks for records, each of one peer at a time: several that tell of it would all send it.
    mutating func sendWants(to route: Route, _ now: Instant, _ outputs: inout Outputs) {
        guard !wants.isEmpty else { return }
        var count = 0
        // By index: a list that is walked shares its memory, and would be copied when it is written.
        for place in wants.indices where count < GossipLimits.wants {
            let name = wants[place]
            guard !pending.isChecking(name), asked.mayAsk(name, now: now, patience: settings.askPatience) else {
                continue
            }
            wants[count] = name
            count += 1
        }
        guard count > 0 else { return }
        let names = wants
        let fitting = max(0, min(count, (limit(of: route) - 3) / RecordName.byteCount))
        let writer = DatagramWriter(.want, limit: limit(of: route), &outputs) { bytes in
            bytes.append(UInt8(fitting))
            for name in names.prefix(fitting) {
                bytes.append(name.owner.digest)
                bytes.append(name.kind.raw)
                bytes.append(name.item)
            }
        }
        send(writer, to: route, &outputs)
    }

    /// A page names what fits it, so what one input may offer and want is bounded; this holds for any page.
    private mutating func offer(_ name: RecordName) {
        if offers.count < GossipLimits.offers { offers.append(name) }
    }

    private mutating func want(_ name: RecordName) {
        if wants.count < GossipLimits.offers { wants.append(name) }
    }

    private mutating func offerAll(_ row: Int) {
        guard members.rows[row].state.isPresent else { return }
        let owner = members.rows[row].id
        members.rows[row].forEachRecord { offer(RecordName(owner: owner, kind: $0.kind, item: $0.item)) }
    }

    private mutating func compareOwn(_ entry: DigestEntry) {
        for record in own.records where record.version > entry.version(of: record.kind, record.item) {
            offer(RecordName(owner: ownID, kind: record.kind, item: record.item))
        }
        entry.forEachVersion { kind, item, version in
            if version >= own.nextVersion { want(RecordName(owner: ownID, kind: kind, item: item)) }
        }
    }

    private mutating func compare(_ entry: DigestEntry, _ row: Int) {
        let owner = members.rows[row].id
        entry.forEachVersion { kind, item, version in
            if version > members.rows[row].version(kind, item) {
                want(RecordName(owner: owner, kind: kind, item: item))
            }
        }
        let member = members.rows[row]
        member.forEachRecord { record in
            if record.version > entry.version(of: record.kind, record.item) {
                offer(RecordName(owner: owner, kind: record.kind, item: record.item))
            }
        }
    }

    private mutating func compareState(
        _ entry: DigestEntry, _ row: Int, _ sender: PeerID, _ source: Route, _ now: Instant,
        _ outputs: inout Outputs
    ) {
        let isBehind =
            entry.state.isPresent && entry.incarnation <= members.rows[row].incarnation
            && entry.state != members.rows[row].state
        if isBehind, told.count < GossipLimits.offers, let claim = members.rows[row].claim(by: ownID) {
            told.append(claim)
        }
        switch entry.state {
        case .suspect, .dead:
            let verdict: Claim.Verdict = entry.state == .dead ? .dead : .suspect
            let claim = Claim(
                subject: entry.id, incarnation: entry.incarnation, verdict: verdict, accuser: sender)
            consider(claim, sender, source, now, &outputs)
        case .alive, .left: break
        }
    }

    /// Packs the claims and records that are to be told into a bounded number of datagrams.
    mutating func sendOffers(from first: Int, to route: Route, _ now: Instant, _ outputs: inout Outputs) {
        guard !offers.isEmpty || !told.isEmpty else { return }
        let allowance = sync.allowance(now: now)
        var answer = AnswerWriter(limit: limit(of: route))
        for claim in told where answer.sent < allowance {
            answer.begin(&outputs)
            if answer.add(claim, &outputs) { continue }
            if let full = answer.end() { send(full, to: route, &outputs) }
            answer.begin(&outputs)
            _ = answer.add(claim, &outputs)
        }
        var wasCut = false
        for step in offers.indices {
            let name = offers[(first + step) % offers.count]
            guard let record = stored(name) else { continue }
            if answer.sent >= allowance {
                wasCut = true
                break
            }
            answer.begin(&outputs)
            if answer.add(record: record, &outputs) { continue }
            if answer.sent + 1 >= allowance {
                wasCut = true
                break
            }
            if let full = answer.end() { send(full, to: route, &outputs) }
            answer.begin(&outputs)
            _ = answer.add(record: record, &outputs)
        }
        if wasCut {
            counters.cutAnswers += 1
            answer.markMore(&outputs)
        }
        if let last = answer.end() {
            if last.isBare(outputs) { last.discard(&outputs) } else { send(last, to: route, &outputs) }
        }
        sync.countAnswer(answer.sent)
    }

    private func stored(_ name: RecordName) -> StoredRecord? {
        if name.owner == ownID { return own.record(name.kind, name.item) }
        return members.index(of: name.owner).flatMap { members.rows[$0].record(name.kind, name.item) }
    }
}
