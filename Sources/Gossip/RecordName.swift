public import Basics

/// Which record: an owner has one of each kind, and the highest version counts.
public struct RecordName: Hashable, Sendable {
    public var owner: PeerID
    public var kind: RecordKind

    public init(owner: PeerID, kind: RecordKind) {
        self.owner = owner
        self.kind = kind
    }
}
