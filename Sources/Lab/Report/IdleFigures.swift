/// What the peers of a lab cost while nothing happens, by the kernel's own accounting.
public struct IdleFigures: Codable, Sendable, Hashable {
    public var peers: Int
    /// Seconds from the first peer's start until every peer saw all the others; nil when it was not watched.
    public var upSeconds: Double?
    /// Anonymous resident memory of one peer.
    public var anonymousMedianBytes: Int64
    public var anonymousMaxBytes: Int64
    /// Resident memory of one peer, shared pages of files included.
    public var residentMaxBytes: Int64
    /// Processors that all peers together kept busy.
    public var cores: Double
    /// For how long that was watched.
    public var watchedSeconds: Double

    enum CodingKeys: String, CodingKey {
        case peers, cores
        case upSeconds = "up_s"
        case anonymousMedianBytes = "anonymous_median_bytes"
        case anonymousMaxBytes = "anonymous_max_bytes"
        case residentMaxBytes = "rss_max_bytes"
        case watchedSeconds = "watched_s"
    }

    public init(
        peers: Int, upSeconds: Double?, anonymousMedianBytes: Int64, anonymousMaxBytes: Int64, residentMaxBytes: Int64,
        cores: Double, watchedSeconds: Double
    ) {
        self.peers = peers
        self.upSeconds = upSeconds
        self.anonymousMedianBytes = anonymousMedianBytes
        self.anonymousMaxBytes = anonymousMaxBytes
        self.residentMaxBytes = residentMaxBytes
        self.cores = cores
        self.watchedSeconds = watchedSeconds
    }
}
