package import Basics

/// What a datagram asks or answers; claims and records ride along in all of them.
package enum Message: Hashable, Sendable {
    /// Are you `target`, and there? (SWIM 3.1)
    case ping(sequence: UInt32, target: PeerID)
    /// `subject` answered: the sender itself, or the one it was asked to probe.
    case ack(sequence: UInt32, subject: PeerID)
    /// The helper is there, but `subject` has not answered it (Lifeguard IV-A).
    case nack(sequence: UInt32, subject: PeerID)
    /// Probe `target` for me (ping-req of SWIM 3.1). The helper uses the address that it knows itself.
    case pingRequest(sequence: UInt32, target: PeerID)
    /// Nothing but what rides along.
    case news
    /// A part of the sender's digest: send me what is newer, ask for what I have newer.
    case sync(SyncPage)
    /// Send me these records.
    case want([RecordName])
    /// The answer to a sync or want rides along; with `more`, there would have been more.
    case answer(more: Bool)

    private enum Code: UInt8 {
        case ping = 1
        case ack, nack, pingRequest, news, sync, want, answer
    }

    var byteCount: Int {
        switch self {
        case .ping, .ack, .nack, .pingRequest: 1 + 4 + 32
        case .news: 1
        case .sync(let page): 1 + SyncPage.fixedBytes + page.entries.reduce(0) { $0 + $1.byteCount }
        case .want(let names): 1 + 1 + names.count * 33
        case .answer: 1 + 1
        }
    }

    func encode(to writer: inout ByteWriter) {
        switch self {
        case .ping(let sequence, let target): Message.encode(.ping, sequence, target, to: &writer)
        case .ack(let sequence, let subject): Message.encode(.ack, sequence, subject, to: &writer)
        case .nack(let sequence, let subject): Message.encode(.nack, sequence, subject, to: &writer)
        case .pingRequest(let sequence, let target): Message.encode(.pingRequest, sequence, target, to: &writer)
        case .news: writer.write(Code.news.rawValue)
        case .sync(let page):
            writer.write(Code.sync.rawValue)
            page.encode(to: &writer)
        case .want(let names):
            writer.write(Code.want.rawValue)
            writer.write(UInt8(names.count))
            for name in names {
                writer.write(name.owner.digest)
                writer.write(name.kind.raw)
            }
        case .answer(let more):
            writer.write(Code.answer.rawValue)
            writer.write(UInt8(more ? 1 : 0))
        }
    }

    init(decoding reader: inout ByteReader) throws(DecodeError) {
        guard let code = Code(rawValue: try reader.readUInt8()) else { throw .outOfRange("message code") }
        switch code {
        case .ping: self = .ping(sequence: try reader.readUInt32(), target: PeerID(try reader.readDigest()))
        case .ack: self = .ack(sequence: try reader.readUInt32(), subject: PeerID(try reader.readDigest()))
        case .nack: self = .nack(sequence: try reader.readUInt32(), subject: PeerID(try reader.readDigest()))
        case .pingRequest:
            self = .pingRequest(sequence: try reader.readUInt32(), target: PeerID(try reader.readDigest()))
        case .news: self = .news
        case .sync: self = .sync(try SyncPage(decoding: &reader))
        case .want:
            let count = Int(try reader.readUInt8())
            guard count <= GossipLimits.wants else { throw .outOfRange("wants") }
            var names: [RecordName] = []
            for _ in 0..<count {
                let owner = PeerID(try reader.readDigest())
                names.append(RecordName(owner: owner, kind: RecordKind(raw: try reader.readUInt8())))
            }
            self = .want(names)
        case .answer:
            let more = try reader.readUInt8()
            guard more <= 1 else { throw .outOfRange("answer flag") }
            self = .answer(more: more == 1)
        }
    }

    private static func encode(_ code: Code, _ sequence: UInt32, _ id: PeerID, to writer: inout ByteWriter) {
        writer.write(code.rawValue)
        writer.write(sequence)
        writer.write(id.digest)
    }
}
