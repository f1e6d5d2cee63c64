package import Basics

/// A datagram before it is sealed, read in place: a message, and the claims and records that ride along.
///
/// Everything is checked when it is made, so that walking it later cannot fail. It is a view into the bytes that it was
/// made from and must not outlive them.
package struct Datagram {
    /// What it asks or answers.
    package enum Message {
        /// The fingerprint is that of all that the sender knows.
        case ping(sequence: UInt32, target: PeerID, fingerprint: UInt64)
        case ack(sequence: UInt32, subject: PeerID, fingerprint: UInt64)
        case nack(sequence: UInt32, subject: PeerID)
        case pingRequest(sequence: UInt32, target: PeerID)
        case news
        case page(DigestPage)
        case want(RecordNames)
        /// With `more`, there would have been more.
        case answer(more: Bool)
        case summary(DigestSummary)
    }

    package let message: Message
    /// Tags, lengths and contents until the end.
    private let sections: UnsafeRawBufferPointer

    static let format: UInt8 = 2
    static let claimsTag: UInt8 = 1
    static let recordsTag: UInt8 = 2
    /// Tag and length.
    static let sectionBytes = 3

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodeError) {
        guard bytes.count <= GossipLimits.datagramBytes else { throw .outOfRange("datagram size") }
        var reader = RawReader(bytes)
        let format = try reader.readUInt8()
        guard format == Datagram.format else { throw .unsupportedVersion(UInt64(format)) }
        message = try Datagram.message(&reader)
        sections = UnsafeRawBufferPointer(rebasing: bytes[reader.position...])
        try check()
    }

    private static func message(_ reader: inout RawReader) throws(DecodeError) -> Message {
        guard let code = MessageCode(rawValue: try reader.readUInt8()) else { throw .outOfRange("message code") }
        switch code {
        case .ping:
            return .ping(
                sequence: try reader.readUInt32(), target: PeerID(try reader.readDigest()),
                fingerprint: try reader.readUInt64())
        case .ack:
            return .ack(
                sequence: try reader.readUInt32(), subject: PeerID(try reader.readDigest()),
                fingerprint: try reader.readUInt64())
        case .nack: return .nack(sequence: try reader.readUInt32(), subject: PeerID(try reader.readDigest()))
        case .pingRequest:
            return .pingRequest(sequence: try reader.readUInt32(), target: PeerID(try reader.readDigest()))
        case .news: return .news
        case .page: return .page(try DigestPage(decoding: &reader))
        case .want: return .want(try RecordNames(decoding: &reader))
        case .answer:
            let more = try reader.readUInt8()
            guard more <= 1 else { throw .outOfRange("answer flag") }
            return .answer(more: more == 1)
        case .summary: return .summary(try DigestSummary(decoding: &reader))
        }
    }

    private func check() throws(DecodeError) {
        var reader = RawReader(sections)
        while reader.remaining > 0 {
            let tag = try reader.readUInt8()
            var section = RawReader(try reader.readField16(limit: GossipLimits.datagramBytes))
            switch tag {
            case Datagram.claimsTag:
                while section.remaining > 0 { _ = try Claim(decoding: &section) }
            case Datagram.recordsTag:
                while section.remaining > 0 { _ = try RawRecord(decoding: &section) }
            default: break
            }
        }
    }

    package func forEachClaim(_ body: (Claim) -> Void) {
        forEach(Datagram.claimsTag) { section in
            while section.remaining > 0, let claim = try? Claim(decoding: &section) { body(claim) }
        }
    }

    func forEachRecord(_ body: (RawRecord) -> Void) {
        forEach(Datagram.recordsTag) { section in
            while section.remaining > 0, let record = try? RawRecord(decoding: &section) { body(record) }
        }
    }

    package func forEachRecordBytes(_ body: (UnsafeRawBufferPointer) -> Void) { forEachRecord { body($0.bytes) } }

    private func forEach(_ wanted: UInt8, _ body: (inout RawReader) -> Void) {
        var reader = RawReader(sections)
        while reader.remaining > 0, let tag = try? reader.readUInt8(),
            let content = try? reader.readField16(limit: GossipLimits.datagramBytes)
        {
            guard tag == wanted else { continue }
            var section = RawReader(content)
            body(&section)
        }
    }
}
