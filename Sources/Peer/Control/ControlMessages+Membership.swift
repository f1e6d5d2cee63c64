import Basics
import Gossip

/// What gossip of one peer counts, and when others came and went in its view.
public struct MembershipReport: Codable, Sendable {
    /// A peer that came, or was found to be gone.
    public struct Change: Codable, Sendable {
        /// Nanoseconds of the machine's monotonic clock, which network namespaces share.
        public var at: Int64
        public var peer: String
        public var name: String
        /// alive, dead or left.
        public var state: String
        /// How many peers were present then, this one included.
        public var present: Int
    }

    /// Peers alive or only suspected, this one included.
    public var present: Int
    public var datagramsSent: UInt64
    public var datagramsReceived: UInt64
    /// Messages over sessions, since datagrams did not do.
    public var streamed: UInt64
    public var suspicions: UInt64
    public var deaths: UInt64
    public var refutations: UInt64
    /// The latest changes, oldest first; at most ``PeerLimits/presenceEntries``.
    public var changes: [Change]
}

extension MembershipReport {
    init(_ counters: GossipCounters, present: Int, changes: ArraySlice<PresenceLog.Entry>) {
        self.init(
            present: present, datagramsSent: counters.datagramsSent, datagramsReceived: counters.datagramsReceived,
            streamed: counters.streamed, suspicions: counters.suspicions, deaths: counters.deaths,
            refutations: counters.refutations,
            changes: changes.map {
                Change(
                    at: $0.at.nanoseconds, peer: $0.peer.description, name: $0.name, state: "\($0.state)",
                    present: $0.present)
            })
    }
}
