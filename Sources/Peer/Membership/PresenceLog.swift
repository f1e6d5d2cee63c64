import Basics
import Gossip

/// When peers came and went in this peer's view, to the instant: what others would have to poll for, and disturb.
struct PresenceLog {
    struct Entry: Sendable {
        let at: Instant
        let peer: PeerID
        let name: String
        let state: MemberState
        /// How many peers were present then, this one included.
        let present: Int
    }

    private(set) var entries: [Entry] = []
    /// Those whose going was noted: a suspicion that is refuted is no return.
    private var away: Set<PeerID> = []

    mutating func note(_ event: MembershipEvent, at now: Instant, present: Int, name: (PeerID) -> String?) {
        let peer: PeerID
        let state: MemberState
        switch event {
        case .joined(let id): (peer, state) = (id, .alive)
        case .alive(let id):
            guard away.remove(id) != nil else { return }
            (peer, state) = (id, .alive)
        case .dead(let id):
            away.insert(id)
            (peer, state) = (id, .dead)
        case .left(let id):
            away.insert(id)
            (peer, state) = (id, .left)
        case .forgotten(let id):
            away.remove(id)
            return
        case .suspected, .refuted, .recordChanged, .echoed: return
        }
        // The older half at once, so that the rest is not moved for each entry.
        if entries.count >= PeerLimits.presenceEntries { entries.removeFirst(PeerLimits.presenceEntries / 2) }
        entries.append(Entry(at: now, peer: peer, name: name(peer) ?? peer.short, state: state, present: present))
    }

    /// Those from an instant on, oldest first.
    func entries(since: Instant) -> ArraySlice<Entry> {
        entries[(entries.lastIndex { $0.at < since }.map { $0 + 1 } ?? 0)...]
    }
}
