package import Basics

/// One datagram before it is sealed: a message, and the claims and records that ride along.
///
/// Format 1: the format byte, the message, then sections (tag, 16-bit length, content); unknown sections are skipped.
package struct Datagram: Hashable, Sendable {
    package private(set) var message: Message
    package private(set) var claims: [Claim] = []
    package private(set) var records: [SignedRecord] = []
    /// The size when encoded.
    package private(set) var byteCount: Int

    package init(_ message: Message) {
        self.message = message
        byteCount = 1 + message.byteCount
    }

    static let format: UInt8 = 1
    private static let claimsTag: UInt8 = 1
    private static let recordsTag: UInt8 = 2
    static let sectionBytes = 3

    var freeBytes: Int { GossipLimits.datagramBytes - byteCount }
    var isBare: Bool { claims.isEmpty && records.isEmpty }

    /// Adds a claim; false when there is no room.
    package mutating func add(_ claim: Claim) -> Bool {
        let size = Claim.byteCount + (claims.isEmpty ? Datagram.sectionBytes : 0)
        guard size <= freeBytes else { return false }
        claims.append(claim)
        byteCount += size
        return true
    }

    /// Adds a record; false when there is no room.
    package mutating func add(_ record: SignedRecord) -> Bool {
        let size = record.byteCount + (records.isEmpty ? Datagram.sectionBytes : 0)
        guard size <= freeBytes else { return false }
        records.append(record)
        byteCount += size
        return true
    }

    /// Says that this answer was cut short.
    mutating func markMore() { message = .answer(more: true) }

    package func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: byteCount)
        writer.write(Datagram.format)
        message.encode(to: &writer)
        if !claims.isEmpty {
            writer.write(Datagram.claimsTag)
            writer.write(UInt16(claims.count * Claim.byteCount))
            for claim in claims { claim.encode(to: &writer) }
        }
        if !records.isEmpty {
            writer.write(Datagram.recordsTag)
            writer.write(UInt16(records.reduce(0) { $0 + $1.byteCount }))
            for record in records { record.encode(to: &writer) }
        }
        return writer.bytes
    }

    package init(decoding bytes: [UInt8]) throws(DecodeError) {
        guard bytes.count <= GossipLimits.datagramBytes else { throw .outOfRange("datagram size") }
        var reader = ByteReader(bytes)
        let format = try reader.readUInt8()
        guard format == Datagram.format else { throw .unsupportedVersion(UInt64(format)) }
        message = try Message(decoding: &reader)
        byteCount = bytes.count
        while reader.remaining > 0 {
            let tag = try reader.readUInt8()
            var section = ByteReader(try reader.readField16(limit: GossipLimits.datagramBytes))
            if tag == Datagram.claimsTag {
                while section.remaining > 0 { claims.append(try Claim(decoding: &section)) }
            } else if tag == Datagram.recordsTag {
                while section.remaining > 0 { records.append(try SignedRecord(decoding: &section)) }
            }
        }
    }
}
