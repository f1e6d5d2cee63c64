import Basics

/// What this peer says of itself, and the numbers that order it.
struct OwnState: Sendable {
    /// A body that the shell was asked to sign.
    struct Request: Sendable {
        let kind: RecordKind
        let item: UInt8
        let body: [UInt8]
        let version: UInt64
    }

    /// A body that the shell announces, kept to be signed anew after an epoch was adopted.
    struct Announced: Sendable {
        let kind: RecordKind
        let item: UInt8
        var body: [UInt8]
    }

    var card: Card
    /// The pulse that was announced last, and the one that is to be.
    var announcedPulse: Pulse
    var wantedPulse: Pulse
    var lastPulse = Instant.origin
    var bodies: [Announced] = []
    /// Signed, in the order of kinds and items.
    private(set) var records: [StoredRecord] = []
    /// Asked for and not yet signed; one for each kind and item.
    var requests: [Request] = []
    var epoch: UInt32
    /// Above all versions given so far; epoch in the high half.
    var nextVersion: UInt64
    /// Epoch in the high half, refutations in the low half (SWIM 4.2).
    var incarnation: UInt64
    /// Whom to tell directly when the refutation is signed.
    var audience: [Route] = []
    var isLeaving = false

    init(card: Card, pulse: Pulse, epoch: UInt32) {
        self.card = card
        announcedPulse = pulse
        wantedPulse = pulse
        self.epoch = max(1, min(epoch, OwnState.epochLimit))
        nextVersion = UInt64(self.epoch) << 32 | 1
        incarnation = UInt64(self.epoch) << 32 | 1
    }

    static let epochLimit: UInt32 = (1 << 31) - 1

    mutating func adopt(epoch: UInt32) {
        self.epoch = epoch
        nextVersion = UInt64(epoch) << 32 | 1
        incarnation = UInt64(epoch) << 32 | 1
    }

    func record(_ kind: RecordKind, _ item: UInt8 = 0) -> StoredRecord? {
        records.first { $0.kind == kind && $0.item == item }
    }

    func version(_ kind: RecordKind, _ item: UInt8 = 0) -> UInt64 { record(kind, item)?.version ?? 0 }

    mutating func replace(_ record: StoredRecord) {
        let place = records.firstIndex { ($0.kind.raw, $0.item) >= (record.kind.raw, record.item) } ?? records.endIndex
        if place < records.endIndex, records[place].kind == record.kind, records[place].item == record.item {
            records[place] = record
        } else {
            records.insert(record, at: place)
        }
    }

    mutating func takeVersion() -> UInt64 {
        defer { nextVersion += 1 }
        return nextVersion
    }
}
