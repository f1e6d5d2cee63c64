import Gossip
import Trust

/// What tells messages of the two groups apart that a bridge takes part in, and what they sign with
/// (docs/wire/gossip.md, "Groups").
enum GossipGroup {
    /// The first byte of messages of the group of bridges, inside a seal and over sessions: no format of gossip has it.
    static let bridgeMark: UInt8 = 0xC2

    static func context(of group: SiteRelay.Group) -> SignatureContext {
        switch group {
        case .site: .record
        case .bridges: .bridgeRecord
        }
    }
}
