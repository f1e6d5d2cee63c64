import Basics
import Gossip

/// Stands where keys are in a daemon: 64 bytes that depend on every byte that would be signed.
///
/// A simulation has no attackers on its wire, and real signatures would be most of its cost.
enum SimulatedSignature {
    static func sign(_ name: RecordName, _ version: UInt64, _ body: [UInt8]) -> SignedRecord {
        let bytes = SignedRecord.signedBytes(name, version: version, body: body)
        return SignedRecord(
            owner: name.owner, kind: name.kind, item: name.item, version: version, body: body,
            signature: signature(of: bytes))
    }

    static func isGood(_ record: SignedRecord) -> Bool { record.signature == signature(of: record.signedBytes) }

    private static func signature(of bytes: [UInt8]) -> [UInt8] {
        var hash = TraceHash()
        hash.mix(bytes)
        var random = RandomSource(seed: hash.value)
        return random.bytes(GossipLimits.signatureBytes)
    }
}
