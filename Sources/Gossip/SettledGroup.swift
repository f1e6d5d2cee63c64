public import Basics

/// What a group of peers knows of its members once it has found together, for machines that begin there.
///
/// A simulator starts thousands of peers this way: their joining costs the square of their number, and is a scenario of
/// its own. The rows are shared until a machine changes its copy of one.
public struct SettledGroup: Sendable {
    private(set) var rows: [Member] = []

    public init() {}

    /// Adds what a member says of itself: its card first, then its pulse and other records. Nothing is verified here.
    public mutating func add(_ record: SignedRecord, now: Instant) {
        if record.kind == .card, let card = try? Card(decoding: record.body) {
            var member = Member(id: record.owner, card: card, incarnation: card.incarnation, since: now)
            member.records.replace(record)
            rows.append(member)
        } else if let last = rows.indices.last, rows[last].id == record.owner {
            if record.kind == .pulse { rows[last].pulse = try? Pulse(decoding: record.body) }
            rows[last].records.replace(record)
        }
    }

    /// Puts the members into the order of their names; once, after the last one was added.
    public mutating func seal() {
        rows.sort { $0.id < $1.id }
    }
}

extension Membership {
    /// Starts alone and silently; the records that it says of itself are signed by `sign` and returned.
    public mutating func begin(
        now: Instant, signing sign: (RecordKind, [UInt8], UInt64) -> SignedRecord
    ) -> [SignedRecord] {
        var outputs: [Output] = []
        var records: [SignedRecord] = []
        handle(.start(seeds: []), now: now, into: &outputs)
        for output in outputs {
            guard case .needSigned(let kind, let body, let version) = output else { continue }
            let record = sign(kind, body, version)
            var ignored: [Output] = []
            handle(.publish(record), now: now, into: &ignored)
            records.append(record)
        }
        return records
    }

    /// Takes the others of a group as known and alive, with nothing left to tell. After ``begin(now:signing:)``.
    public mutating func adopt(_ group: SettledGroup, now: Instant) {
        members = MemberTable(sorted: group.rows.filter { $0.id != ownID })
        detector.ring = members.rows.map(\.id)
        detector.ring.shuffle(using: &random)
        outbox = Outbox()
        schedule.gossip = .never
        sync.interval = settings.syncInterval
        schedule.sync = now + fraction(of: settings.syncInterval)
        schedule.seeds = now + fraction(of: settings.seedInterval)
    }
}
