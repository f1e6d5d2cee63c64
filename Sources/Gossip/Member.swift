import Basics

/// Everything that is known of one other peer.
struct Member: Sendable {
    let id: PeerID
    /// Decoded from the record of kind card, which is always held.
    var card: Card
    var pulse: Pulse?
    var records = RecordSet()
    var incarnation: UInt64
    var state = MemberState.alive
    /// When the state was entered.
    var since: Instant
    /// Present exactly while the state is suspect.
    var suspicion: Suspicion?
    /// When it last answered one of our own probes: a proof in both directions.
    var lastAnswer: Instant?
    var roundTrip: Duration?
    /// The index of the card's address that answered last.
    var addressIndex = 0
    /// When a digest was last exchanged because it came back from the dead.
    var lastReunion: Instant?

    var address: PeerAddress { card.addresses[addressIndex < card.addresses.count ? addressIndex : 0] }

    /// What others are to hear of it, in the name of an accuser, or nil while it is well or has left.
    func claim(by accuser: PeerID) -> Claim? {
        switch state {
        case .alive, .left: nil
        case .suspect: Claim(subject: id, incarnation: incarnation, verdict: .suspect, accuser: accuser)
        case .dead: Claim(subject: id, incarnation: incarnation, verdict: .dead, accuser: accuser)
        }
    }

    var view: MemberView {
        MemberView(
            id: id, name: card.name, address: address, site: card.site, rack: card.rack, state: state,
            incarnation: incarnation, pulse: pulse, roundTrip: roundTrip, isSelf: false)
    }

    var entry: SyncEntry {
        SyncEntry(id: id, state: state, incarnation: incarnation, versions: records.versions)
    }
}
