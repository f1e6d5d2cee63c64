public import Basics

/// Opens sealed datagrams, each once.
///
/// It remembers, for a bounded number of senders and of boots of each, which counters it has seen. Only authentic
/// datagrams change what it remembers, so a stranger can neither fill its tables nor push a member out of them.
/// A datagram of a boot that was forgotten, or that ended before this opener began, opens once more: the records
/// inside are signed and versioned by their owners for that reason.
public struct GossipOpener: Sendable {
    /// What is known of one boot of a sender.
    private struct Stream: Sendable {
        let boot: BootID
        let subkey: SecretBytes
        var window: ReplayWindow
        var lastUse: UInt64
    }

    private struct Sender: Sendable {
        var streams: [Stream]
        var lastUse: UInt64
    }

    private let key: GossipKey
    private let own: PeerID?
    private let senderLimit: Int
    private var senders: [PeerID: Sender] = [:]
    private var uses: UInt64 = 0

    /// Datagrams that claim to come from `own`, the peer that listens, are refused: somebody sent them back.
    public init(key: GossipKey, own: PeerID? = nil) {
        self.init(key: key, own: own, senderLimit: TrustLimits.gossipSenders)
    }

    package init(key: GossipKey, own: PeerID?, senderLimit: Int) {
        self.key = key
        self.own = own
        self.senderLimit = max(1, senderLimit)
    }

    /// How many senders are remembered.
    public var senderCount: Int { senders.count }

    /// The content of a datagram and who sent it; nil when it is malformed, forged, of another epoch, or a replay.
    public mutating func open(_ datagram: [UInt8]) -> (sender: PeerID, plain: [UInt8])? {
        guard datagram.count >= GossipSealer.overheadBytes, datagram.count <= TrustLimits.datagramBytes,
            let header = GossipOpener.header(of: datagram), header.epoch == key.epoch, header.sender != own
        else { return nil }
        let known = senders[header.sender]?.streams.firstIndex { $0.boot == header.boot }
        if let known, senders[header.sender]?.streams[known].window.isNew(header.counter) != true { return nil }
        let subkey =
            known.flatMap { senders[header.sender]?.streams[$0].subkey }
            ?? DatagramHeader.subkey(of: key, sender: header.sender, boot: header.boot)
        guard let plain = GossipOpener.decrypt(datagram, counter: header.counter, key: subkey) else { return nil }
        remember(header, subkey: subkey, at: known)
        return (header.sender, plain)
    }

    private static func header(of datagram: [UInt8]) -> DatagramHeader? {
        var reader = ByteReader(datagram[..<DatagramHeader.byteCount])
        return try? DatagramHeader(from: &reader)
    }

    private static func decrypt(_ datagram: [UInt8], counter: UInt64, key: SecretBytes) -> [UInt8]? {
        var body = Array(datagram[DatagramHeader.byteCount...])
        let isAuthentic = body.withUnsafeMutableBytes { body in
            datagram.withUnsafeBytes { datagram in
                ChaChaPoly.open(
                    body, additional: UnsafeRawBufferPointer(rebasing: datagram[..<DatagramHeader.byteCount]),
                    counter: counter, key: key)
            }
        }
        guard isAuthentic else { return nil }
        body.removeLast(ChaChaPoly.tagBytes)
        return body
    }

    private mutating func remember(_ header: DatagramHeader, subkey: SecretBytes, at known: Int?) {
        uses += 1
        if senders[header.sender] == nil { makeRoom() }
        var sender = senders.removeValue(forKey: header.sender) ?? Sender(streams: [], lastUse: uses)
        sender.lastUse = uses
        if let known {
            sender.streams[known].window.note(header.counter)
            sender.streams[known].lastUse = uses
        } else {
            if sender.streams.count >= TrustLimits.bootsPerSender,
                let oldest = sender.streams.indices.min(by: { sender.streams[$0].lastUse < sender.streams[$1].lastUse })
            {
                sender.streams.remove(at: oldest)
            }
            sender.streams.append(
                Stream(
                    boot: header.boot, subkey: subkey, window: ReplayWindow(first: header.counter), lastUse: uses))
        }
        senders[header.sender] = sender
    }

    /// Forgets the sender that has been silent for longest, when the table is full.
    private mutating func makeRoom() {
        guard senders.count >= senderLimit,
            let oldest = senders.min(by: { $0.value.lastUse < $1.value.lastUse })
        else { return }
        senders.removeValue(forKey: oldest.key)
    }
}
