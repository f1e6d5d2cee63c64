public import Basics

/// An announcement that its owner signed: anybody may carry it, nobody else can change it or raise its version.
///
/// The shell signs and verifies ``signedBytes`` with the owner's key in the record context of Trust. On the wire a
/// record delimits itself: owner, kind, version, body with its length, signature.
public struct SignedRecord: Hashable, Sendable {
    public var owner: PeerID
    public var kind: RecordKind
    /// See ``RecordName/item``.
    public var item: UInt8
    public var version: UInt64
    public var body: [UInt8]
    /// 64 bytes.
    public var signature: [UInt8]

    public init(
        owner: PeerID, kind: RecordKind, item: UInt8 = 0, version: UInt64, body: [UInt8], signature: [UInt8]
    ) {
        self.owner = owner
        self.kind = kind
        self.item = item
        self.version = version
        self.body = body
        self.signature = signature
    }

    public var name: RecordName { RecordName(owner: owner, kind: kind, item: item) }

    /// Whether sizes and version are what a decoder would accept.
    public var isWithinLimits: Bool {
        body.count <= GossipLimits.recordBodyBytes && signature.count == GossipLimits.signatureBytes
            && version > 0 && version <= GossipLimits.version && kind.raw != 0 && item < GossipLimits.itemsPerOwner
            && (item == 0 || !kind.isOfPeer)
    }

    /// What is signed: owner, kind, item, version and body.
    public var signedBytes: [UInt8] {
        SignedRecord.signedBytes(name, version: version, body: body)
    }

    /// What is to be signed for a record that has no signature yet.
    public static func signedBytes(_ name: RecordName, version: UInt64, body: some Collection<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(RawRecord.headBytes + body.count + GossipLimits.signatureBytes)
        bytes.append(name.owner.digest)
        bytes.append(name.kind.raw)
        bytes.append(name.item)
        bytes.append(bigEndian: version)
        bytes.append(bigEndian: UInt16(body.count))
        bytes.append(contentsOf: body)
        return bytes
    }

    /// The bytes of one record alone, as they are in a datagram.
    public func encoded() -> [UInt8] { signedBytes + signature }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        var reader = ByteReader(bytes)
        owner = PeerID(try reader.readDigest())
        kind = RecordKind(raw: try reader.readUInt8())
        item = try reader.readUInt8()
        version = try reader.readUInt64()
        body = try reader.readField16(limit: GossipLimits.recordBodyBytes)
        signature = try reader.readBytes(GossipLimits.signatureBytes)
        guard isWithinLimits else { throw .outOfRange("record version, kind or item") }
        try reader.finish()
    }
}
