/// The outcome of `skein up`.
public struct UpReport: Codable, Sendable {
    public struct PhaseTime: Codable, Sendable {
        public var phase: Phase
        /// Seconds since the operation began.
        public var start: Double
        public var end: Double

        public init(phase: Phase, start: Double, end: Double) {
            self.phase = phase
            self.start = start
            self.end = end
        }
    }

    public var cluster: String
    public var nodes: [NodeRow]
    public var ready: Int
    public var failed: Int
    /// True when no image had to be built.
    public var cached: Bool
    /// Stored bytes that crossed the network.
    public var bytesMoved: Int64
    /// Chunks that crossed the network.
    public var chunksMoved: Int64
    public var timeline: [PhaseTime]
    /// Seconds from the request to the first, the median and the last READY node; nil when none is.
    public var firstReady: Double?
    public var halfReady: Double?
    public var lastReady: Double?

    public init(
        cluster: String, nodes: [NodeRow], ready: Int, failed: Int, cached: Bool, bytesMoved: Int64,
        chunksMoved: Int64, timeline: [PhaseTime], firstReady: Double?, halfReady: Double?, lastReady: Double?
    ) {
        self.cluster = cluster
        self.nodes = nodes
        self.ready = ready
        self.failed = failed
        self.cached = cached
        self.bytesMoved = bytesMoved
        self.chunksMoved = chunksMoved
        self.timeline = timeline
        self.firstReady = firstReady
        self.halfReady = halfReady
        self.lastReady = lastReady
    }
}
