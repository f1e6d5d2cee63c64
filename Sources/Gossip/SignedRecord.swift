public import Basics

/// An announcement that its owner signed: anybody may carry it, nobody else can change it or raise its version.
///
/// The shell signs and verifies ``signedBytes`` with the owner's key in the record context of Trust. On the wire a
/// record delimits itself: owner, kind, version, body with its length, signature.
public struct SignedRecord: Hashable, Sendable {
    public var owner: PeerID
    public var kind: RecordKind
    public var version: UInt64
    public var body: [UInt8]
    /// 64 bytes.
    public var signature: [UInt8]

    public init(owner: PeerID, kind: RecordKind, version: UInt64, body: [UInt8], signature: [UInt8]) {
        self.owner = owner
        self.kind = kind
        self.version = version
        self.body = body
        self.signature = signature
    }

    public var name: RecordName { RecordName(owner: owner, kind: kind) }

    /// Whether sizes and version are what a decoder would accept.
    public var isWithinLimits: Bool {
        body.count <= GossipLimits.recordBodyBytes && signature.count == GossipLimits.signatureBytes
            && version > 0 && version <= GossipLimits.version && kind.raw != 0
    }

    /// What is signed: owner, kind, version and body.
    public var signedBytes: [UInt8] {
        SignedRecord.signedBytes(owner: owner, kind: kind, version: version, body: body)
    }

    /// What is to be signed for a record that has no signature yet.
    public static func signedBytes(owner: PeerID, kind: RecordKind, version: UInt64, body: [UInt8]) -> [UInt8] {
        var writer = ByteWriter(capacity: fixedBytes + body.count)
        writeSigned(owner, kind, version, body, to: &writer)
        return writer.bytes
    }

    /// The bytes of a record beside its body.
    static let fixedBytes = Digest.byteCount + 1 + 8 + 2 + GossipLimits.signatureBytes

    var byteCount: Int { SignedRecord.fixedBytes + body.count }

    func encode(to writer: inout ByteWriter) {
        SignedRecord.writeSigned(owner, kind, version, body, to: &writer)
        writer.write(bytes: signature)
    }

    init(decoding reader: inout ByteReader) throws(DecodeError) {
        owner = PeerID(try reader.readDigest())
        kind = RecordKind(raw: try reader.readUInt8())
        version = try reader.readUInt64()
        body = try reader.readField16(limit: GossipLimits.recordBodyBytes)
        signature = try reader.readBytes(GossipLimits.signatureBytes)
        guard isWithinLimits else { throw .outOfRange("record version or kind") }
    }

    private static func writeSigned(
        _ owner: PeerID, _ kind: RecordKind, _ version: UInt64, _ body: [UInt8], to writer: inout ByteWriter
    ) {
        writer.write(owner.digest)
        writer.write(kind.raw)
        writer.write(version)
        writer.write(field16: body)
    }
}

extension SignedRecord {
    /// The bytes of one record alone, as they are in a datagram.
    public func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: byteCount)
        encode(to: &writer)
        return writer.bytes
    }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        var reader = ByteReader(bytes)
        try self.init(decoding: &reader)
        try reader.finish()
    }
}
