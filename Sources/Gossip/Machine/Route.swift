public import Basics

/// The way to another peer.
public enum Route: Hashable, Sendable {
    /// One datagram; it may be lost.
    case datagram(PeerAddress)
    /// The open secure session with a peer, or one that is opened at the address of its card: for those that datagrams
    /// do not reach.
    case stream(PeerID)
    /// A new secure session to an address, whoever is there: for seeds that datagrams do not reach.
    case dial(PeerAddress)
}
