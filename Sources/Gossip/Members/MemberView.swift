public import Basics

/// One peer as the rest of the daemon sees it: a copy of what gossip knows.
public struct MemberView: Hashable, Sendable {
    public var id: PeerID
    public var name: String
    /// Where it is reached, by TCP and by UDP.
    public var address: PeerAddress
    public var site: String
    public var rack: String
    public var state: MemberState
    public var incarnation: UInt64
    /// Nil until its first pulse came.
    public var pulse: Pulse?
    /// The smoothed round trip of our own probes; nil until one was answered.
    public var roundTrip: Duration?
    /// Whether this is the peer that looks.
    public var isSelf: Bool
}
