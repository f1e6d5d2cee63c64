import Basics

/// The clear start of a sealed datagram, which its tag covers as well.
struct DatagramHeader: Hashable, Sendable {
    static let version: UInt8 = 1
    static let byteCount = counterOffset + 8

    private static let epochOffset = 1
    private static let senderOffset = epochOffset + 4
    private static let bootOffset = senderOffset + Digest.byteCount
    private static let counterOffset = bootOffset + BootID.byteCount
    private static let label: StaticString = "skein-gossip-1"

    var epoch: UInt32
    var sender: PeerID
    var boot: BootID
    var counter: UInt64

    init(epoch: UInt32, sender: PeerID, boot: BootID, counter: UInt64) {
        self.epoch = epoch
        self.sender = sender
        self.boot = boot
        self.counter = counter
    }

    /// Reads the start of a datagram; nil when it is too short or of another version.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= DatagramHeader.byteCount, bytes[0] == DatagramHeader.version else { return nil }
        epoch = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: DatagramHeader.epochOffset, as: UInt32.self))
        sender = PeerID(Digest(UnsafeRawBufferPointer(rebasing: bytes[DatagramHeader.senderOffset...])))
        boot = BootID(UnsafeRawBufferPointer(rebasing: bytes[DatagramHeader.bootOffset...]))
        counter = UInt64(
            bigEndian: bytes.loadUnaligned(fromByteOffset: DatagramHeader.counterOffset, as: UInt64.self))
    }

    /// Writes the header at the start of a buffer, which has room for it.
    func write(to buffer: UnsafeMutableRawBufferPointer) {
        precondition(buffer.count >= DatagramHeader.byteCount, "a datagram begins with its header")
        buffer[0] = DatagramHeader.version
        buffer.storeBytes(of: epoch.bigEndian, toByteOffset: DatagramHeader.epochOffset, as: UInt32.self)
        sender.digest.write(to: UnsafeMutableRawBufferPointer(rebasing: buffer[DatagramHeader.senderOffset...]))
        boot.write(to: UnsafeMutableRawBufferPointer(rebasing: buffer[DatagramHeader.bootOffset...]))
        buffer.storeBytes(of: counter.bigEndian, toByteOffset: DatagramHeader.counterOffset, as: UInt64.self)
    }

    /// Fills 32 bytes with the key of one sender's one boot, so that no two senders or runs share a nonce under one
    /// key.
    static func derive(
        from key: GossipKey, sender: PeerID, boot: BootID, into output: UnsafeMutableRawBufferPointer
    ) {
        let labelBytes = label.utf8CodeUnitCount
        let count = labelBytes + Digest.byteCount + BootID.byteCount
        withUnsafeTemporaryAllocation(byteCount: count, alignment: 8) { message in
            message.copyMemory(from: UnsafeRawBufferPointer(start: label.utf8Start, count: labelBytes))
            sender.digest.write(to: UnsafeMutableRawBufferPointer(rebasing: message[labelBytes...]))
            boot.write(to: UnsafeMutableRawBufferPointer(rebasing: message[(labelBytes + Digest.byteCount)...]))
            Sodium.keyedBLAKE2b(UnsafeRawBufferPointer(message), key: key.secret, into: output)
        }
    }

    /// The derived key in memory of its own.
    static func subkey(of key: GossipKey, sender: PeerID, boot: BootID) -> SecretBytes {
        SecretBytes(count: ChaChaPoly.keyBytes) { derive(from: key, sender: sender, boot: boot, into: $0) }
    }
}
