/// The bounds of forecasts and of the probes behind them. What a probe costs follows from these numbers alone
/// (docs/GOSSIP.md, Bandwidth).
public enum BandwidthLimits {
    // MARK: Samples

    /// A shorter sample says more about buffers than about a link.
    public static let leastSample: Duration = .milliseconds(100)
    /// Rates beyond this are not believed: 100 Tbit/s.
    public static let bitsPerSecond: Int64 = 100_000_000_000_000
    /// Samples that the sliding forecasters look back at.
    public static let windowSamples = 16
    /// Samples after which the mean error of a forecaster forgets older ones.
    public static let errorSamples = 64
    /// A bound counts when it is at least this share of the estimate, in percent: anything lower may be the partner's.
    public static let nearPercent: Int64 = 90
    /// A sample this far off, in percent of the larger of both, is another rate and no noise.
    public static let otherRatePercent: Int64 = 20
    /// Samples of another rate in a row that replace an estimate.
    public static let otherRateSamples = 2
    /// A burst may be slower than what was seen before by this share, in percent, without contradicting it.
    public static let seenPercent: Int64 = 8
    /// Bursts in a row that show a slower host until it is believed.
    public static let slowBursts = 2
    /// Different partners in a row with which a host was slower than its estimate, until it is believed to be slower.
    public static let slowPartners = 4
    /// The same until the estimate is doubted, which calls for a probe.
    public static let doubtfulPartners = 2
    /// Without a sample for this long the error of an estimate is not known any more.
    public static let stale: Duration = .seconds(24 * 3600)

    // MARK: A burst

    /// What a burst leaves out at the start of each stage: slow start, and what token buckets give for nothing.
    public static let ramp: Duration = .milliseconds(100)
    /// The same when much came already, at rates that need no longer.
    public static let fastRamp: Duration = .milliseconds(50)
    /// Intervals of ``leastSample`` that a stage measures; one suffices when ``stageBytes`` came.
    public static let stageIntervals = 2
    public static let stageBytes: UInt64 = 4 << 20
    /// How long a stage waits for the partners that it asked.
    public static let recruiting: Duration = .milliseconds(400)
    /// Partners of one burst, at the end of its last stage.
    public static let fanOut = 31
    /// The bytes and the time of a burst; whichever comes first ends it.
    public static let burstBytes: UInt64 = 96 << 20
    public static let burst: Duration = .seconds(4)
    /// New partners that carry this share of a stage, in percent, tell by their effect who is the limit.
    public static let tellingPercent: UInt64 = 15
    /// The host is the limit when the total grew by less than these shares, in percent, of what new partners carry and
    /// of itself. What lies between is open: more partners tell.
    public static let growthPercent = 20.0
    public static let noisePercent = 2.0

    /// Partners of earlier stages that carry less than this share of a stage, in percent, stand still for reasons of their
    /// own, such as a loss that only a timeout repairs.
    public static let standstillPercent = 10.0
    /// A stage that carried less than this share of the best, in percent, tells nothing.
    public static let steadyPercent = 90.0

    // MARK: The plan

    /// After a join this long, so that the group is known.
    public static let settle: Duration = .milliseconds(1500)
    /// Hosts of a group begin at least so far apart on average, whatever its size; in groups larger than this further
    /// apart, since everybody hears of each forecast; but all within this time, unless the first rule needs more.
    public static let spacing: Duration = .milliseconds(450)
    public static let spacingPeers = 40
    public static let longestStart: Duration = .seconds(15 * 60)
    /// Bursts of one direction until a result that leaves doubt is taken as it is.
    public static let attempts = 4
    /// Bursts that nobody had time for, in a row.
    public static let vainAttempts = 12
    /// What a host's own bursts may move before it is settled.
    public static let joinBytes: UInt64 = 512 << 20
    /// What a host's repeated probes may cost on average: an estimate is renewed when its last burst is paid off.
    public static let renewalBytesPerSecond: UInt64 = 400
    /// The least time until an estimate is renewed, and between probes because of doubts.
    public static let renewal: Duration = .seconds(30 * 60)
    public static let doubtPause: Duration = .seconds(60)
    /// The longest time until it is.
    public static let longestRenewal: Duration = .seconds(24 * 3600)

    // MARK: Partners

    /// A burst is served for so long at most.
    public static let served: Duration = .seconds(5)
    /// Bytes that a partner sends for one burst at most.
    public static let servedBytes: UInt64 = 96 << 20
    /// What a partner has queued is out after this time; its own bursts wait for that.
    public static let afterServing: Duration = .milliseconds(150)
    /// Time spent for others' bursts: a host may save up so much, and gets a twentieth of the time that passes.
    public static let servingReserve: Duration = .seconds(60)
    public static let servingShare = 20
    /// Bursts of one peer within ``renownTime`` that are served.
    public static let burstsPerPeer = 12
    public static let renownTime: Duration = .seconds(60)
    /// Peers whose bursts are remembered.
    public static let rememberedPeers = 256
}
