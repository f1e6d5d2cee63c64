public import Basics

/// The ring as a file: `docs/wire/trust-objects.md`, "Gossip key ring".
extension GossipKeyRing {
    private static let magic = Array("SKEINGK1".utf8)

    /// The bytes of the file; whoever writes them gives it mode 0600.
    public func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: TrustLimits.gossipKeyRingBytes)
        writer.write(bytes: GossipKeyRing.magic)
        writer.write(UInt8(keys.count))
        for key in keys { key.write(to: &writer) }
        writer.write(sealingKey.epoch)
        return writer.bytes
    }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        guard bytes.count <= TrustLimits.gossipKeyRingBytes else { throw .outOfRange("gossip key ring size") }
        var reader = ByteReader(bytes)
        guard try reader.readBytes(GossipKeyRing.magic.count) == GossipKeyRing.magic else { throw .badMagic }
        let count = Int(try reader.readUInt8())
        guard (1...TrustLimits.gossipKeys).contains(count) else { throw .outOfRange("number of gossip keys") }
        var keys: [GossipKey] = []
        for _ in 0..<count {
            let key = try GossipKey(from: &reader)
            if let last = keys.last, last.epoch >= key.epoch { throw .malformed("epochs of gossip keys do not ascend") }
            keys.append(key)
        }
        let sealing = try reader.readUInt32()
        try reader.finish()
        guard let sealingKey = keys.first(where: { $0.epoch == sealing }) else {
            throw .malformed("the sealing gossip key is not in the ring")
        }
        self.init(keys: keys, sealingKey: sealingKey)
    }
}
