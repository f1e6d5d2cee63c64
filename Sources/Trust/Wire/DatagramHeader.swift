import Basics

/// The clear start of a sealed datagram, which its tag covers as well.
struct DatagramHeader: Hashable, Sendable {
    static let version: UInt8 = 1
    static let byteCount = 1 + 4 + Digest.byteCount + BootID.byteCount + 8
    private static let label = Array("skein-gossip-1".utf8)

    let epoch: UInt32
    let sender: PeerID
    let boot: BootID
    let counter: UInt64

    init(epoch: UInt32, sender: PeerID, boot: BootID, counter: UInt64) {
        self.epoch = epoch
        self.sender = sender
        self.boot = boot
        self.counter = counter
    }

    func write(to writer: inout ByteWriter) {
        writer.write(DatagramHeader.version)
        writer.write(epoch)
        writer.write(sender.digest)
        boot.write(to: &writer)
        writer.write(counter)
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        let version = try reader.readUInt8()
        guard version == DatagramHeader.version else { throw .unsupportedVersion(UInt64(version)) }
        epoch = try reader.readUInt32()
        sender = PeerID(try reader.readDigest())
        boot = try BootID(from: &reader)
        counter = try reader.readUInt64()
    }

    /// The key of one sender's one boot, so that no two senders or runs share a nonce under one key.
    static func subkey(of key: GossipKey, sender: PeerID, boot: BootID) -> SecretBytes {
        let message = label + sender.digest.bytes + boot.bytes
        return SecretBytes(count: ChaChaPoly.keyBytes) { output in
            message.withUnsafeBytes { Sodium.keyedBLAKE2b($0, key: key.secret, into: output) }
        }
    }
}
