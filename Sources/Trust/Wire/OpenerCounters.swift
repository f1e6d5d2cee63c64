/// What became of the datagrams that an opener was given. They never go down.
public struct OpenerCounters: Hashable, Sendable {
    /// Opened: authentic, and for the first time.
    public internal(set) var opened: UInt64 = 0
    /// Too short, too long, or of another version.
    public internal(set) var malformed: UInt64 = 0
    /// In the name of the peer that listens: somebody sent its own datagrams back.
    public internal(set) var own: UInt64 = 0
    /// Under an epoch that is not in the ring: not there yet, or retired.
    public internal(set) var unknownEpoch: UInt64 = 0
    /// With a counter that was seen, or is too old to tell.
    public internal(set) var replayed: UInt64 = 0
    /// With a tag that is not a key holder's.
    public internal(set) var forged: UInt64 = 0
    /// Senders that were forgotten because the table was full.
    public internal(set) var sendersPushedOut: UInt64 = 0
    /// Streams that were forgotten because their sender had as many as it may.
    public internal(set) var streamsPushedOut: UInt64 = 0
}
