import Basics

/// Anti-entropy: peers compare digests page by page and exchange what differs, never more than a few datagrams.
///
/// The push-pull exchange of A. Demers et al., "Epidemic Algorithms for Replicated Database Maintenance" (1987), 1.3.
extension Membership {
    mutating func runSync(_ now: Instant, _ outputs: inout [Output]) {
        // What is being checked is not in our digest yet, and would all be sent once more.
        let due = sync.putOffSince ?? now
        if pending.checks.count >= settings.syncBusyChecks, now < due + settings.syncBusyLimit {
            sync.putOffSince = due
            schedule.sync = now + settings.syncFirstInterval
            return
        }
        sync.putOffSince = nil
        schedule.sync = now + jittered(sync.interval)
        sync.interval = min(sync.interval * 2, settings.syncInterval)
        guard let index = members.pick(1, using: &random, where: { $0.state.isPresent }).first else { return }
        counters.syncs += 1
        sendDigest(to: members.rows[index].address, &outputs)
    }

    /// There was more, or somebody new: compare again soon.
    mutating func hastenSync(_ now: Instant) {
        let soon = max(settings.syncFirstInterval, settings.syncPerPeer * members.presentCount)
        sync.interval = soon
        schedule.sync = min(schedule.sync, now + soon)
    }

    /// Sends the next pages of our digest.
    mutating func sendDigest(to address: PeerAddress, _ outputs: inout [Output]) {
        let pages = digestPages()
        let first = sync.nextPage % pages.count
        let isQuiet = sync.interval >= settings.syncInterval
        let count = min(pages.count, isQuiet ? GossipLimits.pagesPerQuietRound : GossipLimits.pagesPerRound)
        for offset in 0..<count {
            send(Datagram(.sync(pages[(first + offset) % pages.count])), to: address, &outputs)
        }
        sync.nextPage = (first + count) % pages.count
    }

    /// Everything that is known, cut so that each page fits a datagram and all pages cover all names.
    private func digestPages() -> [SyncPage] {
        var entries = members.rows.map(\.entry)
        let ownEntry = SyncEntry(
            id: ownID, state: .alive, incarnation: own.incarnation, versions: own.records.versions)
        entries.insert(ownEntry, at: members.lowerBound(ownID))
        let room = GossipLimits.datagramBytes - 2 - SyncPage.fixedBytes
        var pages: [SyncPage] = []
        var page = SyncPage(low: PeerID(.zero), high: nil, entries: [])
        var used = 0
        for entry in entries {
            if used + entry.byteCount > room {
                page.high = entry.id
                pages.append(page)
                page = SyncPage(low: entry.id, high: nil, entries: [])
                used = 0
            }
            page.entries.append(entry)
            used += entry.byteCount
        }
        pages.append(page)
        return pages
    }

    /// Compares a page with what we know: sends what is newer here, asks for what is newer there.
    mutating func answer(
        _ page: SyncPage, _ from: PeerAddress, _ sender: PeerID, _ now: Instant, _ wants: inout [RecordName],
        _ outputs: inout [Output]
    ) {
        var offers: [RecordName] = []
        var told: [Claim] = []
        var heard: [Claim] = []
        var row = members.lowerBound(page.low)
        var sawUs = false
        for entry in page.entries {
            while row < members.count, members.rows[row].id < entry.id {
                offerAll(members.rows[row], &offers)
                row += 1
            }
            if entry.id == ownID {
                sawUs = true
                compareOwn(entry, &offers, &wants)
            } else if row < members.count, members.rows[row].id == entry.id {
                let member = members.rows[row]
                compare(entry.versions, member.id, member.records, &offers, &wants)
                compareStates(entry, member, sender, &told, &heard)
                row += 1
            } else if entry.state.isPresent {
                // Its card first; the rest is asked for once the card is in.
                for version in entry.versions { wants.append(RecordName(owner: entry.id, kind: version.kind)) }
            }
        }
        while row < members.count, page.covers(members.rows[row].id) {
            offerAll(members.rows[row], &offers)
            row += 1
        }
        if !sawUs, page.covers(ownID) {
            for record in own.records.all { offers.append(record.name) }
        }
        for claim in heard { consider(claim, sender, from, now, &wants, &outputs) }
        // Different responders begin at different places, so that a newcomer hears different parts from them.
        if offers.count > 1 {
            let cut = Int.random(in: 0..<offers.count, using: &random)
            offers = Array(offers[cut...] + offers[..<cut])
        }
        sendRecords(offers, told, to: from, now, &outputs)
    }

    mutating func answer(_ names: [RecordName], _ from: PeerAddress, _ now: Instant, _ outputs: inout [Output]) {
        sendRecords(names, [], to: from, now, &outputs)
    }

    /// Asks for records, each of one peer at a time: several that tell of it would all send it.
    mutating func sendWants(
        _ wants: [RecordName], to address: PeerAddress, _ now: Instant, _ outputs: inout [Output]
    ) {
        var names: [RecordName] = []
        for name in wants where names.count < GossipLimits.wants {
            if pending.mayAsk(name, now: now, patience: settings.askPatience) { names.append(name) }
        }
        if !names.isEmpty { send(Datagram(.want(names)), to: address, &outputs) }
    }

    private func offerAll(_ member: Member, _ offers: inout [RecordName]) {
        guard member.state.isPresent else { return }
        for record in member.records.all { offers.append(record.name) }
    }

    private func compareOwn(_ entry: SyncEntry, _ offers: inout [RecordName], _ wants: inout [RecordName]) {
        for record in own.records.all where record.version > entry.version(of: record.kind) {
            offers.append(record.name)
        }
        for theirs in entry.versions where theirs.version >= own.nextVersion {
            wants.append(RecordName(owner: ownID, kind: theirs.kind))
        }
    }

    private func compare(
        _ versions: [SyncEntry.Version], _ owner: PeerID, _ records: RecordSet, _ offers: inout [RecordName],
        _ wants: inout [RecordName]
    ) {
        for theirs in versions where theirs.version > records.version(of: theirs.kind) {
            wants.append(RecordName(owner: owner, kind: theirs.kind))
        }
        for record in records.all {
            let theirs = versions.first { $0.kind == record.kind }?.version ?? 0
            if record.version > theirs { offers.append(record.name) }
        }
    }

    private func compareStates(
        _ entry: SyncEntry, _ member: Member, _ sender: PeerID, _ told: inout [Claim], _ heard: inout [Claim]
    ) {
        switch entry.state {
        case .suspect, .dead:
            let verdict: Claim.Verdict = entry.state == .dead ? .dead : .suspect
            heard.append(
                Claim(subject: entry.id, incarnation: entry.incarnation, verdict: verdict, accuser: sender))
        case .alive, .left: break
        }
        guard entry.state.isPresent, entry.incarnation <= member.incarnation, entry.state != member.state,
            let claim = member.claim(by: ownID)
        else { return }
        told.append(claim)
    }

    /// Packs records into a bounded number of datagrams.
    private mutating func sendRecords(
        _ names: [RecordName], _ claims: [Claim], to address: PeerAddress, _ now: Instant, _ outputs: inout [Output]
    ) {
        guard !names.isEmpty || !claims.isEmpty else { return }
        let allowance = sync.allowance(now: now)
        var datagrams: [Datagram] = []
        var current = Datagram(.answer(more: false))
        var wasCut = false
        for claim in claims where !current.add(claim) {
            datagrams.append(current)
            current = Datagram(.answer(more: false))
            _ = current.add(claim)
        }
        for name in names {
            guard let record = record(of: name.owner, kind: name.kind) else { continue }
            if current.add(record) { continue }
            guard datagrams.count + 1 < allowance else {
                wasCut = true
                break
            }
            datagrams.append(current)
            current = Datagram(.answer(more: false))
            _ = current.add(record)
        }
        if !current.isBare { datagrams.append(current) }
        if datagrams.count > allowance {
            datagrams.removeLast(datagrams.count - allowance)
            wasCut = true
        }
        sync.countAnswer(datagrams.count)
        if wasCut {
            counters.cutAnswers += 1
            if !datagrams.isEmpty { datagrams[datagrams.count - 1].markMore() }
        }
        for datagram in datagrams { send(datagram, to: address, &outputs) }
    }
}
