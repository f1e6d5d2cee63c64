/// How an experiment speaks to the peers of a lab. The program that uses the lab provides it, since the lab itself
/// knows nothing of the peer's API.
public protocol LabControl: Sendable {
    /// How many peers the peer behind a control socket sees alive, itself included.
    func peersAlive(socket: String) async throws -> Int
    /// The peers that the peer behind a control socket sees: PeerIDs in hexadecimal by name.
    func peers(socket: String) async throws -> [String: String]
    /// Makes an image of a raw file.
    func importImage(socket: String, path: String, name: String) async throws -> LabImage
    /// Has an image installed at hosts, by name; returns when all are done or given up. Cancelling the task
    /// takes the order back.
    func push(socket: String, image: String, hosts: [String]) async throws
    /// The transfers that a peer works on or has ended since it started, oldest first.
    ///
    /// - Parameter withChunks: with ``LabTransfer/held`` of those under way.
    func transfers(socket: String, withChunks: Bool) async throws -> [LabTransfer]
}

/// An image as the peer that made it knows it.
public struct LabImage: Sendable, Hashable, Codable {
    /// The ImageID in hexadecimal.
    public let image: String
    /// Bytes of its distinct chunks as stored.
    public let storedBytes: Int64
    /// Bytes of the disk, zeros included.
    public let diskBytes: Int64

    public init(image: String, storedBytes: Int64, diskBytes: Int64) {
        self.image = image
        self.storedBytes = storedBytes
        self.diskBytes = diskBytes
    }
}

/// The transfer of one image to one peer, as that peer tells it. Times are seconds since 1970 by the machine's clock.
public struct LabTransfer: Sendable, Hashable, Codable {
    public enum State: String, Sendable, Codable { case receiving, assembling, done, failed }

    /// A time of at least half a second in which bytes were lacking and none came.
    public struct Stall: Sendable, Hashable, Codable {
        public let at: Double
        public let seconds: Double
        public let parent: String?

        public init(at: Double, seconds: Double, parent: String?) {
            self.at = at
            self.seconds = seconds
            self.parent = parent
        }
    }

    public let image: String
    public let state: State
    public let started: Double
    /// When the copy was whole, verified and assembled.
    public let finished: Double?
    public let bytes: Int64
    public let total: Int64
    public let duplicateBytes: Int64
    /// Bytes by the name of the peer that sent them.
    public let sources: [String: Int64]
    public let stalls: [Stall]
    /// Why it failed.
    public let reason: String?
    /// Distinct chunks of the image, and those that are there, as a bitmap in Base64; only when asked for, while it is
    /// under way.
    public let chunks: Int?
    public let held: String?

    public init(
        image: String, state: State, started: Double, finished: Double?, bytes: Int64, total: Int64,
        duplicateBytes: Int64, sources: [String: Int64], stalls: [Stall], reason: String?, chunks: Int? = nil,
        held: String? = nil
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
        self.chunks = chunks
        self.held = held
    }
}
