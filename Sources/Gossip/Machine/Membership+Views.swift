public import Basics

/// What the rest of the daemon reads.
extension Membership {
    /// All known peers, ourselves included, in the order of their names.
    public var views: [MemberView] {
        var views = members.rows.compactMap(\.view)
        views.insert(ownView, at: views.firstIndex { $0.id > ownID } ?? views.endIndex)
        return views
    }

    /// How many peers are alive or suspect, ourselves included.
    public var presentCount: Int { members.presentCount + 1 }

    /// One peer, found by binary search.
    public func view(of id: PeerID) -> MemberView? {
        id == ownID ? ownView : members[id]?.view
    }

    /// The record that is held of a kind and owner; the owner may be ourselves.
    public func record(of owner: PeerID, kind: RecordKind, item: UInt8 = 0) -> SignedRecord? {
        (owner == ownID ? own.record(kind, item) : members[owner]?.record(kind, item))?.signed
    }

    /// All records of a kind, withdrawn ones left out, in the order of owners and items.
    public func records(of kind: RecordKind) -> [SignedRecord] {
        var all: [SignedRecord] = []
        func add(_ record: StoredRecord) {
            if record.kind == kind, record.bodyCount > 0, let signed = record.signed { all.append(signed) }
        }
        for record in own.records { add(record) }
        for member in members.rows where member.state != .left { member.forEachRecord(add) }
        return all.sorted { ($0.owner, $0.item) < ($1.owner, $1.item) }
    }

    /// The version of a record that is held, 0 for none: cheaper than the record.
    public func version(of owner: PeerID, kind: RecordKind, item: UInt8 = 0) -> UInt64 {
        if owner == ownID { return own.version(kind, item) }
        return members.index(of: owner).map { members.rows[$0].version(kind, item) } ?? 0
    }

    /// What is believed of a peer; nil when it is not known.
    public func state(of id: PeerID) -> MemberState? {
        if id == ownID { return own.isLeaving ? .left : .alive }
        return members.index(of: id).map { members.rows[$0].state }
    }

    /// Whether a peer's own card says that it is at this address.
    public func isProven(_ id: PeerID, at address: PeerAddress) -> Bool {
        members.index(of: id).map { members.rows[$0].hasAddress(address) } ?? false
    }

    /// The card of a peer, with its addresses and certificate chain.
    public func card(of id: PeerID) -> Card? {
        id == ownID ? own.card : members[id].flatMap { try? Card(decoding: $0.card.body) }
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
