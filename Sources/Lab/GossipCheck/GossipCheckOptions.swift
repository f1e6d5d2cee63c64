/// How long a check of gossip watches, and what of it is done.
public struct GossipCheckOptions: Sendable {
    /// The two labs of a check.
    public enum Part: String, Sendable, CaseIterable {
        /// UDP works at first, and is dropped for a while: join, quiet, crash, cut.
        case open
        /// UDP is dropped before the peers start.
        case blocked
    }

    public var parts = Set(Part.allCases)
    /// From the opening of the gate until quiet traffic is counted: bandwidth is measured in that time, and sessions
    /// that were opened for it close.
    public var settle: Duration = .seconds(90)
    /// How long quiet traffic is counted.
    public var quiet: Duration = .seconds(60)
    /// How long nobody may be declared dead while UDP is dropped.
    public var hold: Duration = .seconds(60)
    /// How many peers are killed, one after the other.
    public var victims = 3
    /// How long a view may take before it counts as never complete.
    public var patience: Duration = .seconds(60)

    public init() {}
}
