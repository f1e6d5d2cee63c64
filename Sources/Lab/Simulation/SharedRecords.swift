import Basics
import Gossip

/// Stands for the keys of all peers, and holds each record once for all who have it: thousands of peers would fill the
/// memory with equal ones.
struct SharedRecords {
    /// The newest records of a name, the newest first; older ones may still be on their way.
    private var known: [RecordName: [[UInt8]]] = [:]
    private static let remembered = 4

    mutating func sign(_ name: RecordName, _ version: UInt64, _ body: [UInt8]) -> SignedRecord {
        let record = SimulatedSignature.sign(name, version, body)
        var all = known[name] ?? []
        all.insert(record.encoded(), at: 0)
        if all.count > SharedRecords.remembered { all.removeLast() }
        known[name] = all
        return record
    }

    func verdict(on bytes: UnsafeRawBufferPointer) -> Membership.Verdict {
        guard let record = try? SignedRecord(decoding: Array(bytes)) else { return .bad }
        if let same = known[record.name]?.first(where: { $0.elementsEqual(bytes) }) { return .goodShared(same) }
        return SimulatedSignature.isGood(record) ? .good : .bad
    }
}
