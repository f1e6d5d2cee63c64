/// Bounds of the daemon: queues, tables, messages and times.
public enum PeerLimits {
    /// The largest sealed body of one frame.
    public static let frameBodyBytes = 1 << 20
    /// The largest request, event or answer: a frame body without its tag.
    public static let messageBytes = frameBodyBytes - FrameHeader.tagBytes
    /// The orders of one request to start nodes, encoded; more go in several requests.
    public static let nodesOrderBytes = 512 << 10
    /// The longest reason of a node that failed, in characters.
    public static let reasonCharacters = 1024
    /// Answers that one session has not taken yet; above it, it may ask nothing more.
    public static let unsentAnswers = 64
    /// The least limit of an image, in bytes per second: at less, hosts far down would hear nothing for too long.
    public static let leastLimit = 125_000
    /// Looks at a rate, ten a second, before it says anything.
    static let newLooks = 10
    /// The least time between two looks at a limit of an image.
    static let limitPause: Duration = .milliseconds(4)
    /// Events before answers that wait for a socket beside the slices; above it, they are lost.
    static let unsentEvents = 16
    /// The largest handshake message; a certificate chain has about 500 bytes.
    public static let handshakeBytes = 4096
    /// How long a connection may take to finish its handshake.
    public static let handshakeSeconds: Int64 = 10
    /// Connections that may be in their handshake at the same time.
    public static let openHandshakes = 256
    /// Sessions of one peer, both directions together.
    public static let sessions = 4096
    /// Requests that one session may have under way.
    public static let requestsPerSession = 64
    /// Subscriptions that wait for a manifest, and how long each does: less than a child waits for an answer, which would
    /// take this peer for gone and tell others.
    public static let earlySubscriptions = 256
    public static let earlySubscriptionMilliseconds: Int64 = 2_000
    /// How often such a subscription may say anew what it wants.
    static let earlyWants = 64
    /// Peers that an install order names.
    public static let orderPeers = 256
    /// Candidates of one stripe in it; plans have six.
    static let orderCandidates: UInt8 = 16
    /// How old an order may be when it comes: who passes it on may have tried others before.
    static let orderSeconds: UInt64 = 24 * 3600
    /// Who passes on orders says at least so often that it is there; silence for the second time counts as its loss.
    static let orderHeartbeat: Duration = .seconds(1)
    static let orderSilence: Duration = .seconds(5)
    /// What dialling a head may take before that, and the least rate at which orders reach it.
    static let orderReach: Duration = .seconds(5)
    static let orderBytesPerSecond = 50_000
    /// How long orders that are given one by one are gathered before the first go out.
    static let orderGathering: Duration = .milliseconds(20)
    /// Manifests and plans that are kept in memory for those who ask, and how many may wait for one.
    public static let freshBodies = 4
    public static let bodyWaiters = 256
    /// An install that nobody has begun to fetch after this time is not under way.
    static let installBegins: Duration = .seconds(10)
    /// When a host that begins an install asks who else takes part.
    static let planAskedAfter: Duration = .milliseconds(300)
    /// News of a plan that are kept until its inputs come.
    static let earlyNews = 1_024
    /// Subscriptions of one session.
    public static let streamsPerSession = 64
    /// The rest of a frame that is waited for as a whole: from so many bytes on, and at most so many at a time.
    public static let lowWaterLeast = 4096
    public static let lowWaterMost = 64 << 10
    /// The least time between two reports of how far a fetch is, up to so many targets; with more it grows, up to a limit.
    public static let progressPause: Duration = .milliseconds(100)
    static let promptTargets = 8
    static let longestProgressPause: Duration = .seconds(2)
    /// Bytes of chunks that are kept for children that are close behind, and for how long.
    public static let recentBytes = 4 << 20
    public static let recentAge: Duration = .seconds(2)
    /// So many of those chunks are kept without a look whether somebody still lacks them.
    static let recentsUnchecked = 4
    /// Bytes of frames that are gathered for one write.
    public static let gatheredBytes = 256 << 10
    /// The most that one read from a socket brings.
    public static let readBytes = 256 << 10
    /// Of what a socket may take ahead: how much may wait for it besides, until a feed pauses.
    static let waitingShare = 2
    /// Seconds between keep-alive frames of an idle session.
    public static let keepAliveSeconds: Int64 = 5
    /// Seconds without a frame after which a session is dropped.
    public static let idleSeconds: Int64 = 20
    /// Seconds without anything but keep-alives after which the side that opened a session closes it.
    public static let unusedSeconds: Int64 = 60
    /// Gossip for a peer to whom a session is being opened; more is dropped, and comes again.
    public static let waitingGossip = 8
    /// Peers and addresses to whom a session is being opened for gossip.
    public static let gossipDials = 64
    /// How long a dial may take.
    public static let dialSeconds: Int64 = 5
    /// Bytes of a manifest that one response carries.
    public static let manifestPieceBytes = 512 << 10
    /// The largest manifest a peer takes.
    public static let manifestBytes = 128 << 20
    /// How long a holder may take to grant an image.
    public static let grantSeconds: Int64 = 5
    /// Images of one recipe that are tried before it is built, and holders of each that are asked.
    public static let recipeImages = 3
    public static let recipeHolders = 8
    /// Chunks that one write to the store takes together.
    public static let chunksPerWrite = 32
    /// Chunks that are waited for before one write, and how long after the last one at most.
    public static let chunksWorthAWrite = 16
    public static let writePause: Duration = .milliseconds(200)
    /// How long a peer may take for one piece of a manifest.
    public static let manifestPieceSeconds: Int64 = 10
    /// Threads for short work: chunks to and from the store, signatures, records.
    public static let workers = 3
    /// How much nicer they are than the event loop: a third of its weight.
    public static let workerNiceness: Int32 = 5
    /// Threads for work of seconds and minutes: imports, exports, builds, assembly, verification.
    public static let jobs = 2
    /// How long the seeds may stay silent before that is said.
    public static let seedSeconds: Int64 = 5
    /// How long the parts of a peer may take to stop.
    public static let shutdownSeconds: Int64 = 60
    /// A pause of this length between the bytes of a fetch counts as a stall.
    public static let stallNoticed: Duration = .milliseconds(500)
    /// Senders and stalls that are told apart in one fetch.
    public static let talliedSources = 1024
    public static let talliedStalls = 256
    /// Transfers that a peer remembers; the oldest that has ended goes first.
    public static let rememberedTransfers = 64
    /// Datagrams that wait in the kernel, as it counts them.
    public static let datagramQueueBytes = 1 << 20
    /// Datagrams that one system call may bring, and the memory for each.
    public static let datagramsPerRead = 16
    public static let datagramReadBytes = 2048
    /// Cookies of other peers that are remembered.
    public static let cookies = 64
    /// With so many records being checked, unknown sources have to return a cookie first.
    public static let cookieLoad = 64
    /// The comings and goings of peers that are remembered.
    public static let presenceEntries = 4096
    /// How often the counters of gossip go to the metrics.
    public static let metricsSeconds: Int64 = 10
    /// The least time between two referrals to bridges that are followed.
    public static let referralMilliseconds: Int64 = 200
    /// Addresses whose form for the socket is remembered.
    public static let socketAddresses = 4096
    /// At most one line in so many seconds tells of records that are not what they seem.
    public static let badRecordSeconds: Int64 = 10
    /// Records whose signature waits to be checked.
    public static let unverifiedRecords = 1024
    /// How often a probe reads what the sockets have carried.
    public static let probeTick: Duration = .milliseconds(20)
    /// What a probe keeps in the queues of a socket: this share of a second at its rate, within these bounds in bytes.
    public static let probeQueueShare = 25
    public static let probeQueueLeast = 32 << 10
    public static let probeQueueMost = 1 << 20
    /// The payloads of a probe, until so much was sent and afterwards.
    public static let probeFirstPayloadBytes = 4 << 10
    public static let probePayloadBytes = 16 << 10
    public static let probeFirstBytes = 256 << 10
    /// A session that was opened for a probe is closed after this time when nothing else uses it.
    public static let probeLinger: Duration = .seconds(1)
    /// The shortest interval in which transfers are observed.
    public static let observation: Duration = .milliseconds(500)
    /// How long the news of members are collected before the plan of probes hears of them.
    public static let memberNews: Duration = .milliseconds(300)
    /// Peers that are asked of a flow at the same time, how long each may take, and how long all together.
    static let flowAsks = 32
    static let flowSeconds = 2.0
    static let flowSecondsInAll = 8.0
    /// The largest answer about a flow, and the parents and children that one tells of.
    package static let flowAnswerBytes = 64 << 10
    package static let flowEdges = 128
    /// Hosts that one report of a flow shows.
    package static let flowHosts = 4_096
    /// Children of one image whose bytes are told apart.
    static let meteredChildren = 256
}
