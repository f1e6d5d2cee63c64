public import Basics

/// Which record: an owner has one of each kind and item, and the highest version counts.
///
/// Items are small numbers that the owner gives out again: a new install takes the item of one that is over, with a
/// higher version. So what was withdrawn needs no memory that grows.
public struct RecordName: Hashable, Sendable {
    public var owner: PeerID
    public var kind: RecordKind
    /// 0 where an owner has only one of the kind.
    public var item: UInt8

    public init(owner: PeerID, kind: RecordKind, item: UInt8 = 0) {
        self.owner = owner
        self.kind = kind
        self.item = item
    }

    static let byteCount = Digest.byteCount + 1 + 1
}
