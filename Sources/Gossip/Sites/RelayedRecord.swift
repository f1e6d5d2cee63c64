public import Basics

/// A record of another site's member: the body of an item of kind ``RecordKind/relayed``.
///
/// The bridge that carries it signs that it does; the record keeps its owner's signature, and brings the owner's certificate
/// chain, since nobody here has its card. So a bridge can hold news back, and can change none.
public struct RelayedRecord: Hashable, Sendable {
    public var record: SignedRecord
    /// The encoded certificate chain of the record's owner, opaque here.
    public var certificate: [UInt8]

    /// Nil when both do not fit one record, or when it is about the peer itself: cards and pulses stay in their site.
    public init?(_ record: SignedRecord, certificate: [UInt8]) {
        self.record = record
        self.certificate = certificate
        guard RelayedRecord.isCarried(record.kind), byteCount <= GossipLimits.recordBodyBytes else { return nil }
    }

    /// What is worth telling every site; a relayed record is not relayed again.
    static func isCarried(_ kind: RecordKind) -> Bool {
        kind == .installIntent || kind == .recipeEntry || kind == .linkObservations
    }

    private static let format: UInt8 = 1

    private var byteCount: Int {
        1 + 2 + certificate.count + RawRecord.headBytes + record.body.count + GossipLimits.signatureBytes
    }

    public func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: byteCount)
        writer.write(RelayedRecord.format)
        writer.write(field16: certificate)
        writer.write(bytes: record.encoded())
        return writer.bytes
    }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        var reader = ByteReader(bytes)
        let format = try reader.readUInt8()
        guard format == RelayedRecord.format else { throw .unsupportedVersion(UInt64(format)) }
        certificate = try reader.readField16(limit: GossipLimits.certificateBytes)
        record = try SignedRecord(decoding: try reader.readBytes(reader.remaining))
        guard RelayedRecord.isCarried(record.kind) else { throw .outOfRange("kind of a relayed record") }
    }
}
