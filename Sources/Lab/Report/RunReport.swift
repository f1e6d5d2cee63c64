/// What one distribution of an image over one network did: the JSON of `skein lab run`, `simulate` and `compare`.
///
/// Times are seconds from the command that asked for the install; bytes are bytes. With several runs of one file the
/// figures are the medians over the runs, and the runs themselves are in ``runs``.
public struct RunReport: Codable, Sendable, Hashable {
    /// How a result came about.
    public enum Kind: String, Codable, Sendable {
        /// Real processes over an emulated network.
        case emulated
        /// The same cores in virtual time.
        case simulated
    }

    /// When the hosts were done; nil when none was.
    public struct Finish: Codable, Sendable, Hashable {
        public var first: Double
        public var p50: Double
        public var p99: Double
        public var last: Double

        public init(first: Double, p50: Double, p99: Double, last: Double) {
            self.first = first
            self.p50 = p50
            self.p99 = p99
            self.last = last
        }
    }

    /// The topology's name.
    public var name: String
    public var kind: Kind
    /// What moved the bytes: `skein`, or the name of another tool.
    public var tool: String
    public var hosts: Int
    /// Bytes of all images as disks, zeros included.
    public var imageBytes: Int64
    /// Bytes that a host without anything has to get: stored, compressed and encrypted.
    public var storedBytes: Int64
    /// The physical limit for the last host, headers of TCP and IP included.
    public var bound: Double?
    /// The same without them: stored bytes over the declared rates.
    public var nominalBound: Double?
    /// Goodput of a plain TCP relay over the declared rate, measured over the same links in the same run.
    public var goodputShare: Double?
    public var finish: Finish?
    /// The largest finish over bound of all surviving hosts.
    public var ratio: Double?
    /// Processor time of all peers (or of all processes of a tool) from the start of the install to its end.
    public var cpu: Double
    /// The largest resident memory of one process.
    public var maxResidentBytes: Int64
    public var links: [LinkBytes]
    /// Bytes that left the sources, over the stored bytes of the images.
    public var originCopies: Double?
    /// Bytes of images that came into a site from others, over what the images have: of the site with the most. Nil where there
    /// is one site alone, and of other tools.
    public var siteCrossings: Double?
    /// Hosts that were alive at the end, the sources not counted.
    public var survivors: Int
    /// Survivors whose copy is byte for byte the source's.
    public var identical: Int
    public var duplicateBytes: Int64
    public var stalls: [Stall]
    public var hostsDetail: [HostResult]
    public var flows: [Flow]
    /// Peers at rest before the install; nil in simulations and of other tools.
    public var idle: IdleFigures?
    /// Share of all processors that was busy during the run, 0 to 1.
    public var busyShare: Double?
    /// What makes the figures doubtful, such as a saturated processor.
    public var warnings: [String]
    /// Of a simulation: the digest of all that happened, in hexadecimal.
    public var traceHash: String?
    public var simulation: SimulationFigures?
    public var seed: UInt64?
    /// Seconds since 1970.
    public var started: Double
    /// The single runs, when there were several.
    public var runs: [RunReport]?

    enum CodingKeys: String, CodingKey {
        case name, kind, tool, hosts, ratio, survivors, identical, stalls, flows, idle, warnings, seed, started, runs
        case simulation
        case imageBytes = "image_bytes"
        case storedBytes = "stored_bytes"
        case bound = "bound_s"
        case nominalBound = "nominal_bound_s"
        case goodputShare = "goodput_share"
        case finish = "finish_s"
        case cpu = "cpu_s"
        case maxResidentBytes = "rss_max_bytes"
        case links = "bytes_on_links"
        case originCopies = "origin_copies"
        case siteCrossings = "site_crossings"
        case duplicateBytes = "duplicates_bytes"
        case hostsDetail = "hosts_detail"
        case busyShare = "busy_share"
        case traceHash = "trace_hash"
    }

    public init(name: String, kind: Kind, tool: String, hosts: Int, imageBytes: Int64, storedBytes: Int64) {
        self.name = name
        self.kind = kind
        self.tool = tool
        self.hosts = hosts
        self.imageBytes = imageBytes
        self.storedBytes = storedBytes
        cpu = 0
        maxResidentBytes = 0
        links = []
        survivors = 0
        identical = 0
        duplicateBytes = 0
        stalls = []
        hostsDetail = []
        flows = []
        warnings = []
        started = 0
    }
}
