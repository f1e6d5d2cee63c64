import Basics

/// The senders that brought forged records: after a few their records are ignored for a time.
struct Offenders: Sendable {
    private struct Offender: Sendable {
        let id: PeerID
        var forgeries: Int
        var until: Instant
    }

    private var all: [Offender] = []

    mutating func countForgery(by sender: PeerID, until: Instant) {
        if let index = all.firstIndex(where: { $0.id == sender }) {
            all[index].forgeries += 1
            all[index].until = until
        } else {
            if all.count >= GossipLimits.mutedSenders { all.removeFirst() }
            all.append(Offender(id: sender, forgeries: 1, until: until))
        }
    }

    func isMuted(_ sender: PeerID, borne: Int) -> Bool {
        !all.isEmpty && all.contains { $0.id == sender && $0.forgeries > borne }
    }

    mutating func removeExpired(now: Instant) { all.removeAll { $0.until <= now } }
}
