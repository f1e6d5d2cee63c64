import Basics

extension Membership {
    /// What the shell has to do, in this order.
    public enum Output: Hashable, Sendable {
        /// Seal and send; at most ``GossipLimits/datagramBytes``. Sending may fail, it is never repeated as such.
        case send(to: PeerAddress, bytes: [UInt8])
        /// Check the signature over `signedBytes` by the owner's key, and the owner's certificate: the one in the body
        /// of a card, else the one in `record(of: owner, kind: .card)`. Answer with ``Input/verified(_:_:)``.
        case verify(SignedRecord)
        /// Sign `SignedRecord.signedBytes(owner:kind:version:body:)` and answer with ``Input/publish(_:)``.
        case needSigned(kind: RecordKind, body: [UInt8], version: UInt64)
        /// The state of an earlier life of this identity was seen: this epoch is used now, persist it.
        case adoptEpoch(UInt32)
        case event(MembershipEvent)
    }
}
