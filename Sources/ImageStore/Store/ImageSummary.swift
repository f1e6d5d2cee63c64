public import Basics

/// One line about an image: what `skein image ls` shows.
public struct ImageSummary: Sendable, Hashable {
    public struct Part: Sendable, Hashable {
        public let name: String
        public let size: ByteCount
    }

    public let id: ImageID
    public let name: String
    public let version: UInt64
    public let architecture: String
    public let publisher: PeerID
    /// Seconds since 1970.
    public let createdAt: UInt64
    public let parts: [Part]
    /// The plain size of all parts.
    public let plainBytes: ByteCount
    /// What all distinct chunks take when stored or sent.
    public let storedBytes: ByteCount
    public let distinctChunks: Int
    /// Every chunk is in this store.
    public let isComplete: Bool
    /// The assembled files are there.
    public let isAssembled: Bool
    /// Why it must not be removed: the clusters that use it.
    public let pins: [String]
    /// Seconds since 1970, or nil when it was never used here.
    public let lastUsedAt: Int64?
    public let uses: Int
}
