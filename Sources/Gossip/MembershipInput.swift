public import Basics

extension Membership {
    /// What can happen to the machine.
    public enum Input: Sendable {
        /// Begin: announce ourselves and ask the seeds. Once, and first.
        case start(seeds: [PeerAddress])
        /// A datagram that the sealing layer opened; the sender holds the gossip key and is who it says.
        case datagram(from: PeerAddress, sender: PeerID, bytes: [UInt8])
        /// `nextDeadline` has come. Early and late calls do no harm.
        case timer
        /// The own card changed (an address, a renewed certificate). Incarnations are filled in here.
        case describe(Card)
        /// How this peer is now; call it as often as is convenient, only changes that matter are announced.
        case report(Pulse)
        /// Announce a record of another kind; a later one of the same kind replaces it.
        case announce(kind: RecordKind, body: [UInt8])
        /// An own record, signed: the answer to ``Output/needSigned(kind:body:version:)``.
        case publish(SignedRecord)
        /// The answer to ``Output/verify(_:)``.
        case verified(SignedRecord, Bool)
        /// Another part of the daemon lost contact to a peer (a session broke): probe it next.
        case lostContact(PeerID)
        /// Say goodbye. ``MembershipEvent/left(_:)`` with the own id follows when it has been told.
        case leave
    }
}
