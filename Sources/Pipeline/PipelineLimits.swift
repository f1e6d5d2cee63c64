/// Bounds and times of transfers.
public enum PipelineLimits {
    /// Stripes of a plan, at most.
    public static let stripes = 32
    /// Peers of one install that news are kept of.
    static let planChanges = 4_096
    /// A version may be ahead of the known one by so many.
    static let versionStep: UInt32 = 64
    /// From the first news until another plan is followed.
    static let planPause: Duration = .milliseconds(200)
    /// The same when all news are of hosts that have everything now: others will soon follow them, and every change of
    /// trees costs something.
    static let donePause: Duration = .seconds(1)
    /// Where racks are hidden the first plan has at least so many stripes: only links that are full can be found out, and few
    /// trees leave some empty.
    static let searchingStripes = 6
    /// Hosts that one asks for echoes to find out who is near.
    public static let echoes = 64
    /// Plans are made for at most one part in so many of the time, but never later than this after news.
    static let planRest = 20
    static let longestPlanPause: Duration = .seconds(5)
    /// Up to so many targets who orders an install, or passes on orders, asks directly. More are divided into fewer branches,
    /// each with at most so many bytes of orders.
    static let directOrders = 32
    static let orderBranches = 10
    static let orderBranchBytes = 900 << 10
    /// Bytes per second of a stripe when no plan says.
    public static let usualRate = 1_000_000
    /// What a relay takes to pass a slice on, beside the links; plans count with it.
    static let hopNanoseconds = 1_500_000
    /// Parents that a child knows of for one image, of all stripes together.
    public static let links = 64
    /// Bytes that a child lets all its parents together send ahead of what it has stored.
    public static let creditBytes = 12 << 20
    /// The least that one parent may send ahead.
    public static let leastCreditBytes = 512 << 10
    /// The same where what comes is limited.
    static let limitedCreditBytes = 64 << 10
    /// A child gives credit back in steps of at most this size.
    public static let creditStepBytes = 256 << 10
    /// While so many received bytes wait for the store, no credit is given back.
    public static let storingBytes = 6 << 20
    /// Parents help each other out when no more chunks than this are lacking.
    static let tailChunks = 1_024
    /// A parent says at least this often that it is alive and how much it holds.
    public static let progressInterval: Duration = .milliseconds(100)
    /// A parent that sent neither bytes nor progress for this long is silent: its stripes go to others.
    ///
    /// A peer may share its cores with guests that boot, so this is longer than one scheduling stall.
    public static let stallTimeout: Duration = .milliseconds(700)
    /// The same for one that was never quiet for long: three signs of life are due in that time.
    static let leastStallTimeout: Duration = .milliseconds(300)
    /// It is given up after further silence, which is shorter by this much.
    static let leastSilence: Duration = .milliseconds(500)
    /// What a peer that is late itself adds to its patience, at most.
    static let longestLag: Duration = .seconds(4)
    /// The longest that it grows to, for a parent that was silent in vain.
    public static let longestStallTimeout: Duration = .milliseconds(2_800)
    /// How long one attempt to reach a parent and to be accepted may take.
    public static let attemptTimeout: Duration = .milliseconds(2_500)
    /// After so long others serve meanwhile, when bytes have come before: hosts that stop together are not found at once, and a
    /// plan that was made between two of them may name the other.
    static let leastAttemptTimeout: Duration = .milliseconds(400)
    /// What that grows to for a parent that did not answer in time.
    public static let longestAttemptTimeout: Duration = .seconds(6)
    /// The first pause before a parent that was lost or refused is asked again; it doubles with each failure.
    public static let firstPause: Duration = .milliseconds(200)
    /// The longest such pause.
    public static let longestPause: Duration = .seconds(5)
    /// Refusals in a row by every candidate after which a transfer has failed.
    public static let refusals = 5
    /// How long a peer that sent bytes contradicting the ChunkID is not asked again.
    public static let quarantine: Duration = .seconds(600)
    /// A transfer without a new byte for this long has failed.
    public static let noProgress: Duration = .seconds(60)
    /// What a socket takes ahead of what it has sent: a hundredth of a second at its rate, within these bounds. At 52
    /// Mbit/s and below that is the least, and what is sent next is decided late.
    static let leastUnsentBytes = 64 << 10
    static let mostUnsentBytes = 2 << 20
    static let unsentShare = 100
    /// Chunks that a parent reads ahead of a child from its store.
    public static let readAheadChunks = 4
    /// Chunks that are on their way to one child at the same time, at most.
    public static let openChunks = 48
    /// Chunks of one image that are arriving at the same time, at most. Credit bounds their bytes; after a change of all
    /// trees many are here in part, and a parent that would be one too many is cut off.
    public static let arrivingChunks = 256
    /// Received bytes of one image that are not stored yet; a parent that sends more than its credit is cut off.
    public static let unstoredBytes = 64 << 20
    /// Intervals of progress after which a parent that cannot get what a child lacks sends it away.
    public static let idleFeedTicks = 30
    /// Recently received chunks kept in memory for children.
    public static let recentChunks = 32
    /// Intervals of progress for which children wait for one that holds them back and gets nothing, or less than half of
    /// its rate, before it is left behind.
    static let stillTicks = 2
    static let slowTicks = 10
    /// Intervals after which a child that gets nothing is not slow but dead, as far as its parent can tell.
    static let deadTicks = 5
    /// For so many intervals, and for twice as long each further time.
    static let laggardTicks = 10
    /// The most such doublings.
    static let laggardDoublings = 5
    /// Children that one peer feeds at the same time with one image.
    public static let children = 64
}
