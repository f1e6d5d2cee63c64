import Gossip
import Trust

/// What tells messages of the two groups apart that a bridge takes part in, and what they sign with
/// (docs/wire/gossip.md, "Groups").
enum GossipGroup {
    /// First bytes of messages that no format of gossip has, inside a seal and over sessions.
    static let bridgeMark: UInt8 = 0xC2
    static let referralMark: UInt8 = 0xC3

    static func context(of group: SiteRelay.Group) -> SignatureContext {
        switch group {
        case .site: .record
        case .bridges: .bridgeRecord
        }
    }

    /// A message of a group as it is sealed or put into a session.
    static func marked(_ message: UnsafeRawBufferPointer, of group: SiteRelay.Group) -> [UInt8] {
        switch group {
        case .site: Array(message)
        case .bridges: [bridgeMark] + message
        }
    }

    /// Where the bridges of a site are, for somebody of another one who asked a member that is none; nil for nothing to say.
    static func referral(to bridges: [PeerAddress]) -> [UInt8]? {
        guard !bridges.isEmpty else { return nil }
        let named = bridges.prefix(GossipLimits.bridges)
        var bytes = [referralMark, UInt8(named.count)]
        for bridge in named {
            let address = bridge.addressBytes
            bytes += (address.count == 4 ? [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF] : []) + address
            bytes += [UInt8(bridge.port >> 8), UInt8(truncatingIfNeeded: bridge.port)]
        }
        return bytes
    }

    /// The addresses of a referral, the mark included; empty when it is none.
    static func bridges(in message: UnsafeRawBufferPointer) -> [PeerAddress] {
        guard message.count >= 2, message[0] == referralMark, Int(message[1]) <= GossipLimits.bridges,
            message.count >= 2 + Int(message[1]) * PeerAddress.byteCount
        else { return [] }
        return (0..<Int(message[1])).map { place in
            let start = 2 + place * PeerAddress.byteCount
            let port = UInt16(message[start + 16]) << 8 | UInt16(message[start + 17])
            return PeerAddress(ipv6: UnsafeRawBufferPointer(rebasing: message[start..<start + 16]), port: port)
        }
    }
}
