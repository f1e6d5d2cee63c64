package import Basics

/// A part of a digest, read in place: all peers with `low <= id < high` that the sender knows, in ascending order.
package struct DigestPage {
    package let low: PeerID
    /// Nil: to the end of all names.
    package let high: PeerID?
    package let count: Int
    private let content: UnsafeRawBufferPointer

    static let fixedBytes = 32 + 1 + 32 + 1

    /// Whether a name lies in the part.
    func covers(_ id: PeerID) -> Bool {
        guard id >= low else { return false }
        guard let high else { return true }
        return id < high
    }

    init(decoding reader: inout RawReader) throws(DecodeError) {
        low = PeerID(try reader.readDigest())
        let isBounded = try reader.readUInt8()
        guard isBounded <= 1 else { throw .outOfRange("page bound") }
        let bound = PeerID(try reader.readDigest())
        high = isBounded == 1 ? bound : nil
        count = Int(try reader.readUInt8())
        let start = reader.position
        var last: PeerID?
        for _ in 0..<count {
            let entry = try DigestEntry(decoding: &reader)
            guard entry.id >= low, high.map({ entry.id < $0 }) ?? true else {
                throw .malformed("an entry outside its page")
            }
            if let last, last >= entry.id { throw .malformed("entries out of order") }
            last = entry.id
        }
        content = UnsafeRawBufferPointer(rebasing: reader.bytes[start..<reader.position])
    }

    package func forEachEntry(_ body: (DigestEntry) -> Void) {
        var reader = RawReader(content)
        while reader.remaining > 0, let entry = try? DigestEntry(decoding: &reader) { body(entry) }
    }
}

/// One peer in a digest: what the sender believes of it and which versions of its records it has.
package struct DigestEntry {
    package let id: PeerID
    package let state: MemberState
    package let incarnation: UInt64
    package let count: Int
    private let content: UnsafeRawBufferPointer

    static let fixedBytes = 32 + 1 + 8 + 1
    static let versionBytes = 1 + 1 + 8
    static let versionLimit = 2 + GossipLimits.itemsPerOwner

    init(decoding reader: inout RawReader) throws(DecodeError) {
        id = PeerID(try reader.readDigest())
        guard let state = MemberState(rawValue: try reader.readUInt8()) else { throw .outOfRange("member state") }
        self.state = state
        incarnation = try reader.readUInt64()
        count = Int(try reader.readUInt8())
        guard count <= DigestEntry.versionLimit else { throw .outOfRange("versions of an entry") }
        content = try reader.read(count * DigestEntry.versionBytes)
        var last = -1
        for index in 0..<count {
            let order =
                Int(content[index * DigestEntry.versionBytes]) << 8
                | Int(content[index * DigestEntry.versionBytes + 1])
            guard order > last else { throw .malformed("kinds out of order") }
            last = order
        }
    }

    package func forEachVersion(_ body: (_ kind: RecordKind, _ item: UInt8, _ version: UInt64) -> Void) {
        var reader = RawReader(content)
        while reader.remaining > 0, let kind = try? reader.readUInt8(), let item = try? reader.readUInt8(),
            let version = try? reader.readUInt64()
        {
            body(RecordKind(raw: kind), item, version)
        }
    }

    /// The version that is listed, 0 for none.
    func version(of kind: RecordKind, _ item: UInt8) -> UInt64 {
        for index in 0..<count {
            let offset = index * DigestEntry.versionBytes
            guard content[offset] == kind.raw, content[offset + 1] == item else { continue }
            return UInt64(bigEndian: content.loadUnaligned(fromByteOffset: offset + 2, as: UInt64.self))
        }
        return 0
    }
}
