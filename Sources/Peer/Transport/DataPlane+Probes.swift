import Basics

/// What the measurement of bandwidth needs to know of the sessions.
extension DataPlane {
    /// True when a session to a peer was opened by us and is open.
    func hasOutgoing(_ peer: PeerID) -> Bool {
        switch outgoing[peer] {
        case .open(let session): !session.isClosed
        case .dialling, nil: false
        }
    }
}
