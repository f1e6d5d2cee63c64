import Basics

/// A whole digest in one datagram, read in place: a fingerprint for each of 128 equal parts of the names.
package struct DigestSummary {
    private let content: UnsafeRawBufferPointer

    init(decoding reader: inout RawReader) throws(DecodeError) {
        content = try reader.read(DigestParts.count * 8)
    }

    package func fingerprint(of part: Int) -> UInt64 {
        UInt64(bigEndian: content.loadUnaligned(fromByteOffset: part * 8, as: UInt64.self))
    }
}

/// A list of record names, read in place.
package struct RecordNames {
    package let count: Int
    private let content: UnsafeRawBufferPointer

    init(decoding reader: inout RawReader) throws(DecodeError) {
        count = Int(try reader.readUInt8())
        guard count <= GossipLimits.wants else { throw .outOfRange("wants") }
        content = try reader.read(count * RecordName.byteCount)
    }

    package func forEach(_ body: (RecordName) -> Void) {
        var reader = RawReader(content)
        while reader.remaining > 0, let owner = try? reader.readDigest(), let kind = try? reader.readUInt8(),
            let item = try? reader.readUInt8()
        {
            body(RecordName(owner: PeerID(owner), kind: RecordKind(raw: kind), item: item))
        }
    }
}
