public import Basics

/// What the rest of the daemon reads.
extension Membership {
    /// All known peers, ourselves included, in the order of their names.
    public var views: [MemberView] {
        var views = members.rows.map(\.view)
        views.insert(ownView, at: members.lowerBound(ownID))
        return views
    }

    /// How many peers are alive or suspect, ourselves included.
    public var presentCount: Int { members.presentCount + 1 }

    /// One peer, found by binary search.
    public func view(of id: PeerID) -> MemberView? {
        id == ownID ? ownView : members[id]?.view
    }

    /// The record that is held of a kind and owner; the owner may be ourselves.
    public func record(of owner: PeerID, kind: RecordKind) -> SignedRecord? {
        owner == ownID ? own.records[kind] : members[owner]?.records[kind]
    }

    /// The card of a peer, with its addresses and certificate chain.
    public func card(of id: PeerID) -> Card? {
        id == ownID ? own.card : members[id]?.card
    }

    /// The epoch that versions are given in now.
    public var epoch: UInt32 { own.epoch }

    private var ownView: MemberView {
        var pulse = own.wantedPulse
        pulse.incarnation = own.incarnation
        pulse.isLeaving = own.isLeaving
        return MemberView(
            id: ownID, name: own.card.name, address: own.card.addresses[0], site: own.card.site, rack: own.card.rack,
            state: own.isLeaving ? .left : .alive, incarnation: own.incarnation, pulse: pulse, roundTrip: nil,
            isSelf: true)
    }
}
