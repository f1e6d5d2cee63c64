import Basics

/// The newest record of each kind of one owner, in the order of kinds.
struct RecordSet: Sendable {
    private(set) var all: [SignedRecord] = []

    subscript(kind: RecordKind) -> SignedRecord? { all.first { $0.kind == kind } }

    /// The version that is held, 0 for none.
    func version(of kind: RecordKind) -> UInt64 { self[kind]?.version ?? 0 }

    var unknownCount: Int { all.count { !$0.kind.isKnown } }

    var versions: [SyncEntry.Version] {
        all.prefix(SyncEntry.versionLimit).map { SyncEntry.Version(kind: $0.kind, version: $0.version) }
    }

    mutating func replace(_ record: SignedRecord) {
        if let index = all.firstIndex(where: { $0.kind >= record.kind }) {
            if all[index].kind == record.kind { all[index] = record } else { all.insert(record, at: index) }
        } else {
            all.append(record)
        }
    }
}
