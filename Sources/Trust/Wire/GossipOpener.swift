public import Basics
import CSodium

/// Opens sealed datagrams, each once, under every key of a ring.
///
/// It remembers, for a bounded number of senders and of streams of each (a boot under one epoch), which counters it has
/// seen. Only authentic datagrams change what it remembers, so a stranger can neither fill its tables nor push a member
/// out of them. A datagram of a stream that was forgotten, or that ended before this opener began, opens once more: the
/// records inside are signed and versioned by their owners for that reason.
///
/// Opening a datagram of a known stream, or refusing any, takes no memory from the heap.
public struct GossipOpener: Sendable {
    /// A datagram that was opened in place.
    public struct Opened: Hashable, Sendable {
        /// Whom the datagram claims to come from: some holder of the key wrote this name.
        public let sender: PeerID
        /// The epoch that it was sealed under; while a key is rotated, it tells how far the sender is.
        public let epoch: UInt32
        /// Where its plain bytes lie, counted from the start of the datagram.
        public let plain: Range<Int>
    }

    private var ring: GossipKeyRing
    private let own: PeerID?
    private var table: StreamTable
    private var counted = OpenerCounters()

    /// Datagrams that claim to come from `own`, the peer that listens, are refused: somebody sent them back.
    public init(ring: GossipKeyRing, own: PeerID? = nil) {
        self.init(ring: ring, own: own, senderLimit: TrustLimits.gossipSenders)
    }

    /// With a ring of one key.
    public init(key: GossipKey, own: PeerID? = nil) {
        self.init(ring: GossipKeyRing(key), own: own)
    }

    package init(ring: GossipKeyRing, own: PeerID?, senderLimit: Int) {
        self.ring = ring
        self.own = own
        table = StreamTable(senderLimit: senderLimit, streamLimit: TrustLimits.streamsPerSender)
    }

    /// How many senders, and how many streams of them all, are remembered.
    public var senderCount: Int { table.senderCount }
    public var streamCount: Int { table.streamCount }

    public var counters: OpenerCounters {
        var counters = counted
        counters.sendersPushedOut = table.senderEvictions
        counters.streamsPushedOut = table.streamEvictions
        return counters
    }

    /// Opens with these keys from now on. What was seen under keys that stay is remembered; the rest is forgotten with
    /// the keys that are gone.
    public mutating func take(_ ring: GossipKeyRing) {
        let old = self.ring
        self.ring = ring
        table.keep { epoch in
            guard let before = old.key(epoch: epoch), let after = ring.key(epoch: epoch) else { return false }
            return before.hasSameSecret(as: after)
        }
    }

    /// Decrypts a datagram in place; nil when it is malformed, forged, of an epoch that is not in the ring, sent back to
    /// its sender, or a replay. The bytes of a refused datagram mean nothing afterwards.
    public mutating func open(_ datagram: UnsafeMutableRawBufferPointer) -> Opened? {
        guard datagram.count >= GossipSealer.overheadBytes, datagram.count <= TrustLimits.datagramBytes,
            let header = DatagramHeader(UnsafeRawBufferPointer(datagram))
        else {
            counted.malformed += 1
            return nil
        }
        guard header.sender != own else {
            counted.own += 1
            return nil
        }
        guard let key = ring.key(epoch: header.epoch) else {
            counted.unknownEpoch += 1
            return nil
        }
        guard open(datagram, header, key) else { return nil }
        counted.opened += 1
        return Opened(
            sender: header.sender, epoch: header.epoch,
            plain: GossipSealer.headerBytes..<datagram.count - ChaChaPoly.tagBytes)
    }

    private mutating func open(
        _ datagram: UnsafeMutableRawBufferPointer, _ header: DatagramHeader, _ key: GossipKey
    ) -> Bool {
        guard let stream = table.find(header) else { return openFirst(datagram, header, key) }
        guard table.isNew(header.counter, at: stream) else {
            counted.replayed += 1
            return false
        }
        let isAuthentic = table.subkey(at: stream).withPointer { subkey in
            GossipOpener.decrypt(datagram, counter: header.counter, key: subkey)
        }
        guard isAuthentic else {
            counted.forged += 1
            return false
        }
        table.note(header.counter, at: stream)
        return true
    }

    /// A stranger may make us derive a key for each datagram: it lies on the stack until the datagram proves authentic.
    private mutating func openFirst(
        _ datagram: UnsafeMutableRawBufferPointer, _ header: DatagramHeader, _ key: GossipKey
    ) -> Bool {
        let subkey = withUnsafeTemporaryAllocation(byteCount: ChaChaPoly.keyBytes, alignment: 8) {
            buffer -> SecretBytes? in
            defer { sodium_memzero(buffer.address, buffer.count) }
            DatagramHeader.derive(from: key, sender: header.sender, boot: header.boot, into: buffer)
            let isAuthentic = GossipOpener.decrypt(datagram, counter: header.counter, key: buffer.address)
            return isAuthentic ? SecretBytes(copying: buffer) : nil
        }
        guard let subkey else {
            counted.forged += 1
            return false
        }
        table.add(header, subkey: subkey)
        return true
    }

    private static func decrypt(
        _ datagram: UnsafeMutableRawBufferPointer, counter: UInt64, key: UnsafePointer<UInt8>
    ) -> Bool {
        ChaChaPoly.open(
            UnsafeMutableRawBufferPointer(rebasing: datagram[GossipSealer.headerBytes...]),
            additional: UnsafeRawBufferPointer(rebasing: datagram[..<GossipSealer.headerBytes]),
            counter: counter, key: key)
    }
}

extension GossipOpener {
    /// The content of a copy of a datagram and who sent it: the same as in place, for those who are in no hurry.
    public mutating func open(_ datagram: [UInt8]) -> (sender: PeerID, plain: [UInt8])? {
        var bytes = datagram
        guard let opened = bytes.withUnsafeMutableBytes({ open($0) }) else { return nil }
        return (opened.sender, Array(bytes[opened.plain]))
    }
}

extension GossipOpener: CustomStringConvertible {
    public var description: String { "opener of datagrams, \(ring), \(senderCount) senders" }
}
