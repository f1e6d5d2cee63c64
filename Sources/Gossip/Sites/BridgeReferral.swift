public import Basics

/// Where the bridges of a site are: what a member that is none answers to somebody of another site (docs/wire/gossip.md,
/// "Groups").
public struct BridgeReferral: Hashable, Sendable {
    /// At most ``GossipLimits/bridges``.
    public let bridges: [PeerAddress]

    public init(to bridges: [PeerAddress]) { self.bridges = Array(bridges.prefix(GossipLimits.bridges)) }

    /// The first byte: no format of gossip has it.
    public static let mark: UInt8 = 0xC3

    public func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 2 + bridges.count * PeerAddress.byteCount)
        writer.write(BridgeReferral.mark)
        writer.write(UInt8(bridges.count))
        for bridge in bridges { bridge.encode(to: &writer) }
        return writer.bytes
    }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        var reader = ByteReader(bytes)
        guard try reader.readUInt8() == BridgeReferral.mark else { throw .outOfRange("mark of a referral") }
        let count = Int(try reader.readUInt8())
        guard count <= GossipLimits.bridges else { throw .outOfRange("bridges of a referral") }
        var bridges: [PeerAddress] = []
        for _ in 0..<count { bridges.append(try PeerAddress(decoding: &reader)) }
        self.bridges = bridges
    }
}
