public import Basics

/// Seals the datagrams that one peer sends during one run.
///
/// It has one owner: a copy would use its counters a second time.
public struct GossipSealer: Sendable {
    /// How much longer a datagram is than its content: header and tag.
    public static let overheadBytes = DatagramHeader.byteCount + ChaChaPoly.tagBytes

    private let epoch: UInt32
    private let sender: PeerID
    private let boot: BootID
    private let subkey: SecretBytes
    private var counter: UInt64 = 0

    /// For a run that has just begun: its boot id is random and new.
    public init(key: GossipKey, sender: PeerID) {
        self.init(key: key, sender: sender, bootID: Sodium.randomBytes(BootID.byteCount))
    }

    /// The boot id has exactly 16 bytes, from a source that never gives the same ones to another run.
    public init(key: GossipKey, sender: PeerID, bootID: [UInt8]) {
        guard let boot = BootID(bytes: bootID) else { preconditionFailure("a boot id has 16 bytes") }
        epoch = key.epoch
        self.sender = sender
        self.boot = boot
        subkey = DatagramHeader.subkey(of: key, sender: sender, boot: boot)
    }

    /// One datagram: header in clear, content encrypted, tag over both.
    public mutating func seal(_ plain: [UInt8]) -> [UInt8] {
        var writer = ByteWriter(capacity: plain.count + GossipSealer.overheadBytes)
        DatagramHeader(epoch: epoch, sender: sender, boot: boot, counter: counter).write(to: &writer)
        writer.write(bytes: plain)
        writer.write(bytes: repeatElement(0, count: ChaChaPoly.tagBytes))
        var datagram = writer.bytes
        datagram.withUnsafeMutableBytes { bytes in
            ChaChaPoly.seal(
                UnsafeMutableRawBufferPointer(rebasing: bytes[DatagramHeader.byteCount...]),
                additional: UnsafeRawBufferPointer(rebasing: bytes[..<DatagramHeader.byteCount]),
                counter: counter, key: subkey)
        }
        counter += 1
        return datagram
    }
}
