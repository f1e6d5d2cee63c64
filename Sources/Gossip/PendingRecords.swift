import Basics

/// Records on their way in: those whose signatures are being checked, those that wait for their owner's card, and
/// the senders that brought forgeries.
struct PendingRecords: Sendable {
    struct Check: Sendable {
        let sender: PeerID
        let expires: Instant
    }

    struct Parked: Sendable {
        let record: SignedRecord
        let sender: PeerID
        let expires: Instant
    }

    struct Offender: Sendable {
        let id: PeerID
        var forgeries: Int
        var until: Instant
    }

    /// Looked up and filtered, never walked in an order that shows.
    private(set) var checks: [SignedRecord: Check] = [:]
    private var checksByName: [RecordName: Int] = [:]
    private var checksBySender: [PeerID: Int] = [:]
    /// What others were asked for, and until when it is not asked for again. Looked up and filtered, never walked.
    private var asked: [RecordName: Instant] = [:]
    private(set) var parked: [Parked] = []
    private(set) var offenders: [Offender] = []

    func isChecking(_ record: SignedRecord) -> Bool { checks[record] != nil }

    /// Whether some card of an owner is being checked.
    func isCheckingCard(of owner: PeerID) -> Bool { checksByName[RecordName(owner: owner, kind: .card)] != nil }

    /// Whether nobody was asked for it just now and no record of that name is being checked; from then on it counts as
    /// asked for. Whoever was asked may not answer, so that holds for a moment only.
    mutating func mayAsk(_ name: RecordName, now: Instant, patience: Duration) -> Bool {
        guard checksByName[name] == nil else { return false }
        if let until = asked[name], now < until { return false }
        // What has expired goes with the next housekeeping; to look through all of it for each name would be dear.
        if asked.count < GossipLimits.askedRecords { asked[name] = now + patience }
        return true
    }

    /// False when too many are being checked, in all or for this sender.
    mutating func begin(_ record: SignedRecord, _ check: Check) -> Bool {
        let ofSender = checksBySender[check.sender] ?? 0
        guard checks.count < GossipLimits.pendingVerifications,
            ofSender < GossipLimits.pendingVerificationsPerSender
        else { return false }
        checks[record] = check
        checksByName[record.name, default: 0] += 1
        checksBySender[check.sender] = ofSender + 1
        return true
    }

    mutating func end(_ record: SignedRecord) -> Check? {
        guard let check = checks.removeValue(forKey: record) else { return nil }
        let others = (checksByName[record.name] ?? 1) - 1
        checksByName[record.name] = others > 0 ? others : nil
        asked[record.name] = nil
        let left = (checksBySender[check.sender] ?? 1) - 1
        checksBySender[check.sender] = left > 0 ? left : nil
        return check
    }

    /// False when too many wait.
    mutating func park(_ record: SignedRecord, sender: PeerID, until: Instant) -> Bool {
        if parked.contains(where: { $0.record == record }) { return true }
        guard parked.count < GossipLimits.parkedRecords else { return false }
        parked.append(Parked(record: record, sender: sender, expires: until))
        return true
    }

    /// Takes out what waited for the card of an owner.
    mutating func unpark(_ owner: PeerID) -> [Parked] {
        let ready = parked.filter { $0.record.owner == owner }
        if !ready.isEmpty { parked.removeAll { $0.record.owner == owner } }
        return ready
    }

    mutating func countForgery(by sender: PeerID, now: Instant, settings: GossipSettings) {
        if let index = offenders.firstIndex(where: { $0.id == sender }) {
            offenders[index].forgeries += 1
            offenders[index].until = now + settings.muteDuration
        } else {
            if offenders.count >= GossipLimits.mutedSenders { offenders.removeFirst() }
            offenders.append(Offender(id: sender, forgeries: 1, until: now + settings.muteDuration))
        }
    }

    func isMuted(_ sender: PeerID, settings: GossipSettings) -> Bool {
        !offenders.isEmpty && offenders.contains { $0.id == sender && $0.forgeries > settings.forgeriesBorne }
    }

    mutating func removeExpired(now: Instant) {
        for (record, check) in checks where check.expires <= now { _ = end(record) }
        parked.removeAll { $0.expires <= now }
        asked = asked.filter { $0.value > now }
        offenders.removeAll { $0.until <= now }
    }
}
