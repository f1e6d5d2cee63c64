public import Basics

/// What a group of peers knows of its members once it has found together, for machines that begin there.
///
/// A simulator starts thousands of peers this way: their joining costs the square of their number, and is a scenario of
/// its own. The rows are shared until a machine changes its copy of one.
public struct SettledGroup: Sendable {
    private(set) var rows: [Member] = []
    /// Of all members; a machine takes its own away.
    private(set) var parts = DigestParts()

    public init() {}

    /// Adds what a member says of itself: its card first, then its pulse and other records. Nothing is verified here.
    public mutating func add(_ record: SignedRecord, now: Instant) {
        if record.kind == .card {
            if let member = Member(id: record.owner, card: StoredRecord(record), since: now) { rows.append(member) }
        } else if let last = rows.indices.last, rows[last].id == record.owner {
            var bytes = record.encoded()
            let head = record.kind == .pulse ? record.body.withUnsafeBytes(PulseHead.init) : nil
            rows[last].take(record.name, version: record.version, bytes: &bytes)
            if let head { rows[last].incarnation = max(rows[last].incarnation, head.incarnation) }
        }
    }

    /// Puts the members into the order of their names; once, after the last one was added.
    public mutating func seal() {
        rows.sort { $0.id < $1.id }
        for row in rows { parts.add(row.fingerprint, of: row.id) }
    }
}

extension Membership {
    /// Starts alone and silently; the records that it says of itself are signed by `sign` and returned.
    public mutating func begin(
        now: Instant, signing sign: (RecordName, [UInt8], UInt64) -> SignedRecord
    ) -> [SignedRecord] {
        var outputs = Outputs()
        var records: [SignedRecord] = []
        handle(.start(seeds: []), now: now, into: &outputs)
        for output in outputs.all {
            guard case .needSigned(let name, let version, let body) = output else { continue }
            let record = sign(name, outputs.array(body), version)
            var ignored = Outputs()
            handle(.publish(record), now: now, into: &ignored)
            records.append(record)
        }
        return records
    }

    /// Takes the others of a group as known and alive, with nothing left to tell. After ``begin(now:signing:)``.
    public mutating func adopt(_ group: SettledGroup, now: Instant) {
        var parts = group.parts
        for row in group.rows where row.id == ownID { parts.remove(row.fingerprint, of: ownID) }
        var rows: [Member] = []
        rows.reserveCapacity(group.rows.count)
        for row in group.rows where row.id != ownID { rows.append(row) }
        members = MemberTable(sorted: rows, parts: parts)
        detector.ring = members.rows.map(\.id.digest.prefix)
        detector.ring.shuffle(using: &random)
        outbox.removeAll()
        schedule.gossip = .never
        sync.interval = settings.syncInterval
        schedule.sync = now + fraction(of: settings.syncInterval)
        schedule.seeds = now + fraction(of: settings.seedInterval)
    }
}
