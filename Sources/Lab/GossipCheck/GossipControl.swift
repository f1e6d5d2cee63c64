/// How a check of gossip asks the peers of a lab. The program that uses the lab provides it.
public protocol GossipControl: Sendable {
    /// What the peer behind a control socket counts, and who came and went in its view since an instant.
    ///
    /// - Parameter since: nanoseconds of the machine's monotonic clock.
    func membership(socket: String, since: Int64) async throws -> LabMembership
}

/// The view of one peer as that peer tells it.
public struct LabMembership: Sendable, Hashable, Codable {
    /// A peer that came, or was found to be gone.
    public struct Change: Sendable, Hashable, Codable {
        /// Nanoseconds of the machine's monotonic clock.
        public let at: Int64
        public let name: String
        /// alive, dead or left.
        public let state: String
        /// How many peers were present then, the one that tells it included.
        public let present: Int
    }

    /// Peers alive or only suspected, the one that tells it included.
    public let present: Int
    /// Messages over sessions, since datagrams did not do.
    public let streamed: UInt64
    public let suspicions: UInt64
    public let changes: [Change]
}
