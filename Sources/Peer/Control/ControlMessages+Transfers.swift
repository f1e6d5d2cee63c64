/// One transfer of an image to this peer, as `skein transfers` shows it. Times are seconds since 1970.
public struct TransferRow: Codable, Sendable {
    /// A time of half a second or more in which bytes were lacking and none came.
    public struct Stall: Codable, Sendable {
        public var at: Double
        public var seconds: Double
        /// The name of the peer that sent the bytes before it, and should have sent the next.
        public var parent: String?

        public init(at: Double, seconds: Double, parent: String?) {
            self.at = at
            self.seconds = seconds
            self.parent = parent
        }
    }

    public var image: String
    /// receiving, assembling, done or failed.
    public var state: String
    public var started: Double
    /// When the copy was whole, verified and assembled.
    public var finished: Double?
    /// Stored bytes that came, and all that had to come.
    public var bytes: Int64
    public var total: Int64
    /// Bytes that came twice, or were thrown away with half a chunk.
    public var duplicateBytes: Int64
    /// Bytes by the name of the peer that sent them.
    public var sources: [String: Int64]
    public var stalls: [Stall]
    /// Why it failed.
    public var reason: String?
    /// Of a transfer under way, when it was asked for (`?chunks=1`): the distinct chunks of the image, and which of them
    /// this peer can serve, as a bitmap in Base64, the first chunk in the lowest bit of the first byte.
    public var chunks: Int?
    public var held: String?

    public init(
        image: String, state: String, started: Double, finished: Double?, bytes: Int64, total: Int64,
        duplicateBytes: Int64, sources: [String: Int64], stalls: [Stall], reason: String?
    ) {
        self.image = image
        self.state = state
        self.started = started
        self.finished = finished
        self.bytes = bytes
        self.total = total
        self.duplicateBytes = duplicateBytes
        self.sources = sources
        self.stalls = stalls
        self.reason = reason
    }
}
