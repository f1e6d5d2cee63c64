public import Basics

/// What changed in the view, for those who plan with it.
public enum MembershipEvent: Hashable, Sendable {
    /// A peer that was not in the table is now; it counts as alive.
    case joined(PeerID)
    case suspected(PeerID)
    /// A suspected, dead or departed peer is alive again.
    case alive(PeerID)
    case dead(PeerID)
    /// A peer said goodbye; with the own id: our own goodbye has been told, the socket may be closed.
    case left(PeerID)
    /// Others thought us gone, and were told that we are not.
    case refuted
    /// A tombstone outlived its time.
    case forgotten(PeerID)
    /// A newer record was accepted; `record(of:kind:)` gives it.
    case recordChanged(PeerID, RecordKind)
    /// The answer to ``Membership/Input/echo(_:)``, by datagrams both ways, and how long it took.
    case echoed(PeerID, after: Duration)
}
