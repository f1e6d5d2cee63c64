import Basics

/// One record in the bytes of a datagram or of a stored record: views into them, nothing is copied.
struct RawRecord {
    let owner: PeerID
    let kind: RecordKind
    let item: UInt8
    let version: UInt64
    let body: UnsafeRawBufferPointer
    /// The whole record, signature included.
    let bytes: UnsafeRawBufferPointer

    /// Owner, kind, item, version and length of the body.
    static let headBytes = Digest.byteCount + 1 + 1 + 8 + 2

    var name: RecordName { RecordName(owner: owner, kind: kind, item: item) }

    init(decoding reader: inout RawReader) throws(DecodeError) {
        let start = reader.position
        owner = PeerID(try reader.readDigest())
        kind = RecordKind(raw: try reader.readUInt8())
        item = try reader.readUInt8()
        version = try reader.readUInt64()
        body = try reader.readField16(limit: GossipLimits.recordBodyBytes)
        _ = try reader.read(GossipLimits.signatureBytes)
        bytes = UnsafeRawBufferPointer(rebasing: reader.bytes[start..<reader.position])
        guard kind.raw != 0, version > 0, version <= GossipLimits.version else {
            throw .outOfRange("record version or kind")
        }
        guard item < GossipLimits.itemsPerOwner, item == 0 || !kind.isOfPeer else { throw .outOfRange("record item") }
    }
}
