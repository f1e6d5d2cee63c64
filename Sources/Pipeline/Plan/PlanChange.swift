public import Basics

/// News about one peer of an install: that it is gone, or that it is there, with what its link carries.
///
/// The newest about each peer counts, by version; of the same version, that it is gone. So peers that have heard the same
/// news, in whatever order, know the same, and nobody has to decide.
public struct PlanChange: Hashable, Sendable {
    public enum State: Hashable, Sendable {
        case gone
        case here(PlanInputs.Host)
    }

    public let peer: PeerID
    /// Raised only by the peer itself.
    public let version: UInt32
    public let state: State

    public init(peer: PeerID, version: UInt32, state: State) {
        self.peer = peer
        self.version = version
        self.state = state
    }

    /// True when this is newer than what is known.
    func replaces(_ other: PlanChange?) -> Bool {
        guard let other else { return true }
        if version != other.version { return version > other.version }
        if case .gone = state, case .here = other.state { return true }
        return false
    }

    /// The peer has everything now.
    var isDone: Bool {
        if case .here(let host) = state { host.isHolder } else { false }
    }
}
