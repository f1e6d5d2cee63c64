public import Basics

/// Seals the datagrams that one peer sends during one run, under the sealing key of a ring.
///
/// It has one owner: a copy would use its counters a second time. Sealing in place takes no memory from the heap.
public struct GossipSealer: Sendable {
    /// Where the content of a datagram begins.
    public static let headerBytes = DatagramHeader.byteCount
    /// How much longer a datagram is than its content: header and tag.
    public static let overheadBytes = headerBytes + ChaChaPoly.tagBytes

    private let sender: PeerID
    private var key: GossipKey
    private var boot: BootID
    private var subkey: SecretBytes
    /// The nonce of the next datagram; the highest value is never used.
    private var counter: UInt64

    /// For a run that has just begun: its boot id is random and new.
    public init(ring: GossipKeyRing, sender: PeerID) {
        self.init(key: ring.sealingKey, sender: sender, boot: .random(), counter: 0)
    }

    /// With a ring of one key.
    public init(key: GossipKey, sender: PeerID) {
        self.init(ring: GossipKeyRing(key), sender: sender)
    }

    /// The boot id has exactly 16 bytes, from a source that never gives the same ones to another run.
    public init(key: GossipKey, sender: PeerID, bootID: [UInt8]) {
        self.init(key: key, sender: sender, bootID: bootID, counter: 0)
    }

    /// One that goes on at some counter.
    package init(key: GossipKey, sender: PeerID, bootID: [UInt8], counter: UInt64) {
        guard let boot = BootID(bytes: bootID) else { preconditionFailure("a boot id has 16 bytes") }
        self.init(key: key, sender: sender, boot: boot, counter: counter)
    }

    private init(key: GossipKey, sender: PeerID, boot: BootID, counter: UInt64) {
        self.sender = sender
        self.key = key
        self.boot = boot
        self.counter = counter
        subkey = DatagramHeader.subkey(of: key, sender: sender, boot: boot)
    }

    /// The epoch that datagrams are sealed under.
    public var epoch: UInt32 { key.epoch }

    /// Seals with the sealing key of this ring from now on.
    ///
    /// Another key comes with a new boot id, and counters start again at zero. The old boot id would do only as long as
    /// no two epochs ever hold the same secret and nobody goes back to an earlier epoch: with a new one, no nonce is
    /// used twice whatever the keys are. The same key leaves boot id and counter as they are.
    public mutating func take(_ ring: GossipKeyRing) {
        let new = ring.sealingKey
        guard new.epoch != key.epoch || !new.hasSameSecret(as: key) else { return }
        self = GossipSealer(key: new, sender: sender, boot: .random(), counter: 0)
    }

    /// Goes on under a new boot id, with counters from zero: for a peer that others do not hear any more, since somebody
    /// who holds the key may have made them believe that its counters were used.
    public mutating func renew() {
        self = GossipSealer(key: key, sender: sender, boot: .random(), counter: 0)
    }

    /// Makes a datagram of the content that the caller has put into a buffer at `headerBytes`: header in clear, content
    /// encrypted, tag over both. Gives the size of the datagram, which begins where the buffer begins.
    ///
    /// Nil, with the buffer untouched, when the buffer has no room for the tag, the datagram would be larger than
    /// `TrustLimits.datagramBytes`, or all counters are used up.
    public mutating func seal(into buffer: UnsafeMutableRawBufferPointer, plainBytes: Int) -> Int? {
        let limit = min(buffer.count, TrustLimits.datagramBytes)
        guard plainBytes >= 0, plainBytes <= limit - GossipSealer.overheadBytes, counter < .max else { return nil }
        let size = plainBytes + GossipSealer.overheadBytes
        DatagramHeader(epoch: key.epoch, sender: sender, boot: boot, counter: counter).write(to: buffer)
        ChaChaPoly.seal(
            UnsafeMutableRawBufferPointer(rebasing: buffer[GossipSealer.headerBytes..<size]),
            additional: UnsafeRawBufferPointer(rebasing: buffer[..<GossipSealer.headerBytes]),
            counter: counter, key: subkey)
        counter += 1
        return size
    }
}

extension GossipSealer {
    /// A datagram of its own memory. The content is at most `TrustLimits.datagramBytes - overheadBytes` long; an empty
    /// result, which no opener takes, stands for what could not be sealed.
    public mutating func seal(_ plain: [UInt8]) -> [UInt8] {
        var datagram = [UInt8](repeating: 0, count: plain.count + GossipSealer.overheadBytes)
        datagram.replaceSubrange(GossipSealer.headerBytes..<GossipSealer.headerBytes + plain.count, with: plain)
        let size = datagram.withUnsafeMutableBytes { seal(into: $0, plainBytes: plain.count) }
        return size == nil ? [] : datagram
    }
}

extension GossipSealer: CustomStringConvertible {
    public var description: String { "sealer of datagrams, epoch \(epoch), counter \(counter)" }
}
