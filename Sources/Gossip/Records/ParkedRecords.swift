import Basics

/// Records that wait for their owner's card, without which nothing of it can be verified.
struct ParkedRecords: Sendable {
    struct Parked: Sendable {
        let bytes: [UInt8]
        let owner: PeerID
        let sender: PeerID
        let expires: Instant
    }

    private var all: [Parked] = []

    /// False when too many wait.
    mutating func park(_ record: RawRecord, sender: PeerID, until: Instant) -> Bool {
        if all.contains(where: { $0.owner == record.owner && $0.bytes.elementsEqual(record.bytes) }) { return true }
        guard all.count < GossipLimits.parkedRecords else { return false }
        all.append(Parked(bytes: Array(record.bytes), owner: record.owner, sender: sender, expires: until))
        return true
    }

    /// Takes out what waited for the card of an owner.
    mutating func unpark(_ owner: PeerID) -> [Parked] {
        guard all.contains(where: { $0.owner == owner }) else { return [] }
        let ready = all.filter { $0.owner == owner }
        all.removeAll { $0.owner == owner }
        return ready
    }

    mutating func removeExpired(now: Instant) { all.removeAll { $0.expires <= now } }
}
