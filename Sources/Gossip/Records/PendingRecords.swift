import Basics

/// Records whose signatures are being checked, each in a slot whose memory is used again.
struct PendingRecords: Sendable {
    private struct Slot: Sendable {
        var name: RecordName
        var version: UInt64
        /// Stays when the slot is free, for the next record.
        var bytes: [UInt8]
        var sender: PeerID
        var expires: Instant
        /// Tells the answer to an earlier record in this slot from the one that is waited for.
        var generation: UInt32
        /// The next slot with the same name, or -1.
        var next: Int32
        var isUsed: Bool
    }

    /// What became of a record that was checked.
    struct Checked {
        let name: RecordName
        let version: UInt64
        let sender: PeerID
    }

    private var slots: [Slot] = []
    private var free: [Int32] = []
    /// The first slot of a name. Looked up, never walked.
    private var first: [RecordName: Int32] = [:]
    private var countsBySender: [PeerID: Int] = [:]

    var count: Int { slots.count - free.count }

    /// Whether some record of that name is being checked.
    func isChecking(_ name: RecordName) -> Bool { first[name] != nil }

    /// Whether exactly this record is being checked.
    func isChecking(_ record: RawRecord) -> Bool {
        var slot = first[record.name] ?? -1
        while slot >= 0 {
            let candidate = slots[Int(slot)]
            if candidate.version == record.version, candidate.bytes.elementsEqual(record.bytes) { return true }
            slot = candidate.next
        }
        return false
    }

    /// Keeps a copy until the shell has checked it; nil when too many are being checked, in all or for this sender.
    mutating func begin(_ record: RawRecord, sender: PeerID, expires: Instant) -> VerificationTicket? {
        let ofSender = countsBySender[sender] ?? 0
        guard count < GossipLimits.pendingVerifications, ofSender < GossipLimits.pendingVerificationsPerSender else {
            return nil
        }
        let index: Int
        if let slot = free.popLast() {
            index = Int(slot)
        } else {
            index = slots.count
            slots.append(
                Slot(
                    name: record.name, version: 0, bytes: [], sender: sender, expires: expires, generation: 0, next: -1,
                    isUsed: false))
        }
        slots[index].name = record.name
        slots[index].version = record.version
        slots[index].bytes.removeAll(keepingCapacity: true)
        slots[index].bytes.append(contentsOf: record.bytes)
        slots[index].sender = sender
        slots[index].expires = expires
        slots[index].generation &+= 1
        slots[index].next = first[record.name] ?? -1
        slots[index].isUsed = true
        first[record.name] = Int32(index)
        countsBySender[sender] = ofSender + 1
        return VerificationTicket(slot: UInt32(index), generation: slots[index].generation)
    }

    /// What a ticket stands for; nil when it is no longer waited for.
    func checked(_ ticket: VerificationTicket) -> Checked? {
        let index = Int(ticket.slot)
        guard index < slots.count, slots[index].isUsed, slots[index].generation == ticket.generation else { return nil }
        return Checked(name: slots[index].name, version: slots[index].version, sender: slots[index].sender)
    }

    /// Takes the bytes out; ``end(_:giving:)`` gives the slot some back.
    mutating func takeBytes(of ticket: VerificationTicket) -> [UInt8] {
        var bytes: [UInt8] = []
        swap(&bytes, &slots[Int(ticket.slot)].bytes)
        return bytes
    }

    /// Ends a check that is waited for. The bytes may be others than were taken: their memory is for the next record.
    mutating func end(_ ticket: VerificationTicket, giving bytes: [UInt8]) {
        slots[Int(ticket.slot)].bytes = bytes
        release(Int(ticket.slot))
    }

    private mutating func release(_ index: Int) {
        let name = slots[index].name
        let next = slots[index].next
        if var before = first[name] {
            if Int(before) == index {
                first[name] = next >= 0 ? next : nil
            } else {
                while Int(slots[Int(before)].next) != index { before = slots[Int(before)].next }
                slots[Int(before)].next = next
            }
        }
        let left = (countsBySender[slots[index].sender] ?? 1) - 1
        countsBySender[slots[index].sender] = left > 0 ? left : nil
        slots[index].isUsed = false
        free.append(Int32(index))
    }

    /// A shell that never answers must not block others for ever.
    mutating func removeExpired(now: Instant) {
        for index in slots.indices where slots[index].isUsed && slots[index].expires <= now { release(index) }
    }
}
