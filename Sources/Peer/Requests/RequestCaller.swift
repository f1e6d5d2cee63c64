import Basics
import Trust

/// The peer that asks, as its certificate names it.
struct RequestCaller: Sendable {
    let peer: PeerID
    let name: String
    let roles: PeerRoles
}
