import Basics

/// The bounds of every message and table of this module; reaching one is counted in ``GossipCounters``.
public enum GossipLimits {
    /// The largest datagram before it is sealed; sealing adds at most 100 bytes, and 1200 are never fragmented.
    public static let datagramBytes = 1100
    /// The largest body of a record, so that the record fits a datagram of its own.
    public static let recordBodyBytes = 980
    /// The size of a signature.
    public static let signatureBytes = 64
    /// The largest certificate chain in a card.
    public static let certificateBytes = 700
    /// The most addresses of one card.
    public static let addresses = 4
    /// The most whole images that one pulse names; the rest is asked for over TCP.
    public static let holdings = 16
    /// The longest name of a peer, site or rack.
    public static let nameBytes = FormatLimits.nameBytes

    /// The most peers in the table, tombstones included.
    public static let members = 4096
    /// The most records of one owner beside its card and pulse, since an entry of a digest's page names all of them; items
    /// are smaller numbers than this.
    public static let itemsPerOwner = 80
    /// The most of those that are of kinds that this version does not know.
    public static let unknownKindsPerOwner = 4
    /// The most records beside cards and pulses, from all owners together.
    public static let otherRecords = 8192
    /// The largest order that an install intent stands for, and the most hosts that it names.
    public static let orderBytes: UInt32 = 16 << 20
    public static let targets: UInt32 = 100_000
    /// How many members of a site carry news between it and other sites.
    public static let bridges = 4
    /// The most other sites that one record of a directory tells of, and the most images that it names of each.
    public static let directoryLines = 6
    public static let directoryHoldings = 4
    /// The most other sites that a directory tells of in all.
    public static let directorySites = 240
    /// The most links that one peer says it has measured.
    public static let linkObservations = 6
    /// The most recipe entries that one peer announces; the newest are kept.
    public static let recipeEntries = 16
    /// The most records whose signatures are being checked.
    public static let pendingVerifications = 512
    /// The most of those that one sender may cause.
    public static let pendingVerificationsPerSender = 96
    /// The most records that wait for their owner's card.
    public static let parkedRecords = 256
    /// The most entries of one lane of the outbox.
    public static let outboxEntries = 4096
    /// The most indirect probes done for others at a time.
    public static let errands = 128
    /// The most seeds that are remembered.
    public static let seeds = 64
    /// The most peers that are told at once when a suspicion of us was refuted.
    public static let refutationAudience = 8
    /// The most senders whose forgeries are remembered.
    public static let mutedSenders = 256

    /// The most datagrams that answer one page of a digest or one list of wants.
    public static let answerDatagrams = 12
    /// The most such datagrams in a tenth of a second, whoever asks.
    public static let answerDatagramsPerWindow = 48
    /// The most digest pages that answer one summary.
    public static let pagesPerRound = 12
    /// The most records and claims that one page makes us offer or want.
    public static let offers = 4096
    /// The most records that are remembered as asked for.
    public static let askedRecords = 4096
    /// The most names in one list of wants.
    public static let wants = 32
    /// The highest version and incarnation that is believed: an epoch under 2^31.
    public static let version: UInt64 = (1 << 63) - 1
}
