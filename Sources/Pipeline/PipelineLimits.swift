/// Bounds and times of transfers.
public enum PipelineLimits {
    /// Bytes a child lets its parent send ahead of what it has stored.
    public static let creditBytes = 16 << 20
    /// A child gives credit back in steps of this size.
    public static let creditStepBytes = 1 << 20
    /// A parent says at least this often that it is alive and how much it holds.
    public static let progressInterval: Duration = .milliseconds(100)
    /// A parent that sent neither bytes nor progress for this long is given up.
    ///
    /// A peer may share its cores with guests that boot, so this is longer than one scheduling stall.
    public static let stallTimeout: Duration = .milliseconds(1_500)
    /// How long one attempt to reach a parent and to be accepted may take.
    public static let attemptTimeout: Duration = .seconds(5)
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
    /// The peers directly before a target in a chain that an install order names.
    public static let nearestCandidates = 8
    /// Chunks that a parent reads ahead of a child from its store.
    public static let readAheadChunks = 4
    /// Received bytes of one image that are not stored yet; a parent that sends more than its credit is cut off.
    public static let unstoredBytes = 64 << 20
    /// Intervals of progress after which a parent that cannot get what a child lacks sends it away.
    public static let idleFeedTicks = 30
    /// Recently received chunks kept in memory for children.
    public static let recentChunks = 32
    /// Children that one peer feeds at the same time with one image.
    public static let children = 64
}
