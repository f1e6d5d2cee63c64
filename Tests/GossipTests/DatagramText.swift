import Basics
import Gossip

/// A datagram in parts, for tests that write or read one: what the machine itself only ever holds as bytes.
struct DatagramText: Hashable {
    enum Message: Hashable {
        case ping(sequence: UInt32, target: PeerID, fingerprint: UInt64 = 0)
        case ack(sequence: UInt32, subject: PeerID, fingerprint: UInt64 = 0)
        case nack(sequence: UInt32, subject: PeerID)
        case pingRequest(sequence: UInt32, target: PeerID)
        case news
        case page(low: PeerID, high: PeerID?, [Entry])
        case want([RecordName])
        case answer(more: Bool)
        case summary([UInt64])
    }

    struct Entry: Hashable {
        struct Version: Hashable {
            var kind: RecordKind
            var item: UInt8 = 0
            var version: UInt64
        }

        var id: PeerID
        var state: MemberState
        var incarnation: UInt64
        var versions: [Version]
    }

    var message: Message
    var claims: [Claim] = []
    var records: [SignedRecord] = []

    init(_ message: Message) { self.message = message }

    mutating func add(_ claim: Claim) { claims.append(claim) }
    mutating func add(_ record: SignedRecord) { records.append(record) }

    /// What does not fit is left out.
    func encoded() -> [UInt8] {
        var outputs = Membership.Outputs()
        var writer = write(&outputs)
        for claim in claims { _ = writer.add(claim, &outputs) }
        for record in records { _ = writer.add(record: record.encoded(), &outputs) }
        return outputs.array(writer.finish(outputs))
    }

    private func write(_ outputs: inout Membership.Outputs) -> DatagramWriter {
        switch message {
        case .ping(let sequence, let target, let fingerprint):
            DatagramWriter(.ping, sequence, target, fingerprint: fingerprint, &outputs)
        case .ack(let sequence, let subject, let fingerprint):
            DatagramWriter(.ack, sequence, subject, fingerprint: fingerprint, &outputs)
        case .nack(let sequence, let subject): DatagramWriter(.nack, sequence, subject, fingerprint: 0, &outputs)
        case .pingRequest(let sequence, let target):
            DatagramWriter(.pingRequest, sequence, target, fingerprint: 0, &outputs)
        case .news: DatagramWriter(.news, &outputs)
        case .page(let low, let high, let entries):
            DatagramWriter(.page, &outputs) { bytes in
                bytes.append(low.digest)
                bytes.append(high == nil ? 0 : 1)
                bytes.append((high ?? PeerID(.zero)).digest)
                bytes.append(UInt8(entries.count))
                for entry in entries {
                    bytes.append(entry.id.digest)
                    bytes.append(entry.state.rawValue)
                    bytes.append(bigEndian: entry.incarnation)
                    bytes.append(UInt8(entry.versions.count))
                    for version in entry.versions {
                        bytes.append(version.kind.raw)
                        bytes.append(version.item)
                        bytes.append(bigEndian: version.version)
                    }
                }
            }
        case .want(let names):
            DatagramWriter(.want, &outputs) { bytes in
                bytes.append(UInt8(names.count))
                for name in names {
                    bytes.append(name.owner.digest)
                    bytes.append(name.kind.raw)
                    bytes.append(name.item)
                }
            }
        case .answer(let more): DatagramWriter(.answer, &outputs) { $0.append(more ? 1 : 0) }
        case .summary(let fingerprints):
            DatagramWriter(.summary, &outputs) { bytes in
                for fingerprint in fingerprints { bytes.append(bigEndian: fingerprint) }
            }
        }
    }

    init(decoding bytes: [UInt8]) throws(DecodeError) {
        self = try Result { try bytes.withUnsafeBytes { try DatagramText(reading: $0) } }
            .mapError { $0 as! DecodeError }.get()
    }

    private init(reading bytes: UnsafeRawBufferPointer) throws {
        let datagram = try Datagram(decoding: bytes)
        switch datagram.message {
        case .ping(let sequence, let target, let fingerprint):
            message = .ping(sequence: sequence, target: target, fingerprint: fingerprint)
        case .ack(let sequence, let subject, let fingerprint):
            message = .ack(sequence: sequence, subject: subject, fingerprint: fingerprint)
        case .nack(let sequence, let subject): message = .nack(sequence: sequence, subject: subject)
        case .pingRequest(let sequence, let target): message = .pingRequest(sequence: sequence, target: target)
        case .news: message = .news
        case .page(let page):
            var entries: [Entry] = []
            page.forEachEntry { entry in
                var versions: [Entry.Version] = []
                entry.forEachVersion { versions.append(.init(kind: $0, item: $1, version: $2)) }
                entries.append(
                    Entry(id: entry.id, state: entry.state, incarnation: entry.incarnation, versions: versions))
            }
            message = .page(low: page.low, high: page.high, entries)
        case .want(let wanted):
            var names: [RecordName] = []
            wanted.forEach { names.append($0) }
            message = .want(names)
        case .answer(let more): message = .answer(more: more)
        case .summary(let summary): message = .summary((0..<128).map { summary.fingerprint(of: $0) })
        }
        datagram.forEachClaim { claims.append($0) }
        datagram.forEachRecordBytes { bytes in
            if let record = try? SignedRecord(decoding: Array(bytes)) { records.append(record) }
        }
    }
}
