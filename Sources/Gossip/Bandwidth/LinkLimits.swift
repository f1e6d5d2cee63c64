/// The bounds of what is measured of links that several hosts share, and the rule for what is believed of it
/// (docs/GOSSIP.md, Shared links).
public enum LinkLimits {
    // MARK: Who

    /// Hosts of a site that measure its links to other sites, and hosts of a rack that measure its uplink.
    public static let siteObservers = 3
    public static let rackObservers = 2
    /// Other sites that one host measures the way to: with its own site's link and its rack's, what a record takes.
    public static let pairs = GossipLimits.linkObservations - 2

    // MARK: When

    /// One host at a time measures links that others measure as well; its turn comes by the clock on the wall.
    public static let turn: Duration = .seconds(8)
    /// It begins bursts only at the start of its turn: the last one is over before the next host's turn, even when
    /// their clocks differ by a second.
    public static let begin = turn - BandwidthLimits.burst - .seconds(1)
    /// Between two bursts: what queues on the way is out.
    public static let pause: Duration = .milliseconds(300)
    /// When this host has something else to do, it looks again after this time.
    public static let retry: Duration = .milliseconds(250)
    /// Bursts that left open what the link carries, until the next renewal.
    public static let attempts = 6
    /// The least time until a link is measured again; at most ``BandwidthLimits/longestRenewal``, and when it is paid off.
    public static let renewal: Duration = .seconds(2 * 3600)

    // MARK: Budgets

    /// What one host may move and spend for links: so much saved up, and so much a second, or this share of the time.
    public static let bytes: Int64 = 512 << 20
    public static let bytesPerSecond: Int64 = 4000
    public static let time: Duration = .seconds(120)
    public static let timeShare = 200
    /// Links that a host remembers to have measured, each in two directions, also while others measure them.
    public static let remembered = 16

    // MARK: What is believed

    /// A link was measured when it carried at most this share, in percent, of what the host alone can: else the host may
    /// have been the limit.
    public static let shownPercent: Int64 = 80
    /// A burst that carried this much more, in percent, than what was believed refutes it.
    public static let refutedPercent: Int64 = 120
    /// Older observations do not count.
    public static let age: Duration = .seconds(48 * 3600)

    // MARK: The start of a burst

    /// To partners far away a sender needs some round trips until it is as fast as it can be.
    public static let rampTrips = 12
    public static let longestRamp: Duration = .seconds(1)

    /// What a stage leaves out at its start, for partners so far away.
    public static func ramp(roundTrip: Duration?) -> Duration {
        max(BandwidthLimits.ramp, min(longestRamp, (roundTrip ?? .zero) * rampTrips))
    }
}
