import Basics
import Trust

/// Who this peer is and to which site it belongs.
struct PeerMembership: Sendable {
    let name: String
    let identity: PeerIdentity
    let siteFile: SiteFile

    var peerID: PeerID { identity.peerID }
}
