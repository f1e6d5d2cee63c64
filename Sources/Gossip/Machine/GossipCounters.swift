/// What happened, counted since the start; every bound that was reached is here.
public struct GossipCounters: Hashable, Sendable {
    public var datagramsReceived: UInt64 = 0
    public var datagramsSent: UInt64 = 0
    /// The bytes of sent datagrams before sealing.
    public var bytesSent: UInt64 = 0
    /// Datagrams that did not decode.
    public var malformedDatagrams: UInt64 = 0
    /// Datagrams that bore our own name as the sender's.
    public var ownDatagrams: UInt64 = 0
    /// Records whose signature or certificate was bad.
    public var rejectedRecords: UInt64 = 0
    /// Authentic records whose body did not decode.
    public var malformedRecords: UInt64 = 0
    /// Records ignored because their sender had brought too many forged ones.
    public var mutedRecords: UInt64 = 0
    /// Records dropped because too many were being checked.
    public var droppedVerifications: UInt64 = 0
    /// Records dropped because too many waited for a card.
    public var droppedParked: UInt64 = 0
    /// Peers not taken in because the table was full.
    public var droppedMembers: UInt64 = 0
    /// Records beside cards and pulses that were not kept because there were too many.
    public var droppedRecords: UInt64 = 0
    /// News not queued because the outbox was full.
    public var droppedNews: UInt64 = 0
    /// Indirect probes not done because there were too many.
    public var droppedErrands: UInt64 = 0
    /// Answers to digests and wants that were cut short.
    public var cutAnswers: UInt64 = 0
    /// Records of kinds that this version does not know, accepted.
    public var unknownRecords: UInt64 = 0
    /// Datagrams not sent because their receiver had not proved to be where it seems to be.
    public var withheldAnswers: UInt64 = 0
    /// Messages sent over sessions, since datagrams did not do.
    public var streamed: UInt64 = 0
    public var probes: UInt64 = 0
    public var failedProbes: UInt64 = 0
    /// Probes whose end came so late that they prove nothing.
    public var inconclusiveProbes: UInt64 = 0
    public var suspicions: UInt64 = 0
    /// Claims not followed since their accuser had accused too many others.
    public var ignoredClaims: UInt64 = 0
    public var deaths: UInt64 = 0
    /// How often we had to refute that we are gone.
    public var refutations: UInt64 = 0
    public var syncs: UInt64 = 0
    /// Comparisons because a ping or its answer said that the views differ.
    public var hintedSyncs: UInt64 = 0
    /// Summaries of others that were not like our own.
    public var differingDigests: UInt64 = 0

    public init() {}
}
