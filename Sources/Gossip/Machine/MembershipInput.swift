public import Basics

extension Membership {
    /// What can happen to the machine.
    public enum Input: Sendable {
        /// Begin: announce ourselves and ask the seeds. Once, and first.
        case start(seeds: [PeerAddress])
        /// `nextDeadline` has come. Early and late calls do no harm.
        case timer
        /// The own card changed (an address, a renewed certificate). Incarnations are filled in here.
        case describe(Card)
        /// How this peer is now; call it as often as is convenient, only changes that matter are announced.
        case report(Pulse)
        /// Announce a record of a kind beside card and pulse; a later one of the same kind and item replaces it, and an
        /// empty body withdraws it.
        case announce(kind: RecordKind, item: UInt8, body: [UInt8])
        /// Peers of this group may be there: they are asked now, and like seeds later.
        case meet([PeerAddress])
        /// An own record, signed: the answer to ``Output/needSigned(_:version:body:)``.
        case publish(SignedRecord)
        /// The answer to ``Output/verify(_:record:)``.
        case verified(VerificationTicket, Verdict)
        /// Another part of the daemon lost contact to a peer (a session broke): probe it next.
        case lostContact(PeerID)
        /// Ask a present peer for an echo, to learn how long the way to it is now; ``MembershipEvent/echoed(_:after:)``
        /// follows, unless a datagram is lost.
        case echo(PeerID)
        /// Say goodbye. ``MembershipEvent/left(_:)`` with the own id follows when it has been told.
        case leave
    }

    /// Whether a record is authentic.
    public enum Verdict: Sendable {
        case good
        /// Good, and here are the same bytes in memory that others share: a simulator holds each record once.
        case goodShared([UInt8])
        case bad
    }
}
