/// How one host fared in a run.
public struct HostResult: Codable, Sendable, Hashable {
    /// What became of it.
    public enum Fate: String, Codable, Sendable {
        case source
        /// Its copy is whole and identical.
        case done
        /// Alive, without an identical copy.
        case unfinished
        case killed
        /// Stopped by a signal and never continued.
        case stopped
    }

    /// The peer's name.
    public var host: String
    /// Its PeerID in hexadecimal, which decides its place where nothing else does; of skein only.
    public var peer: String?
    public var fate: Fate
    /// Seconds from the start of the install to its whole copy; nil when it has none, and for sources.
    public var finish: Double?
    /// Its own physical limit in seconds, counted from the start of the install also when it joined later.
    public var bound: Double?
    /// SHA-256 of its copy of each image in the order of the file, in hexadecimal, as far as it was taken.
    public var digests: [String]
    public var receivedBytes: Int64
    public var reason: String?

    enum CodingKeys: String, CodingKey {
        case host, peer, fate, digests, reason
        case finish = "finish_s"
        case bound = "bound_s"
        case receivedBytes = "received_bytes"
    }

    public init(
        host: String, peer: String? = nil, fate: Fate, finish: Double? = nil, bound: Double? = nil,
        digests: [String] = [],
        receivedBytes: Int64 = 0, reason: String? = nil
    ) {
        self.host = host
        self.peer = peer
        self.fate = fate
        self.finish = finish
        self.bound = bound
        self.digests = digests
        self.receivedBytes = receivedBytes
        self.reason = reason
    }
}
