/// What was observed of the timed part of a run.
struct DeliveryOutcome: Sendable {
    /// Seconds since 1970 when the install was asked for, and when the last host was done or given up.
    var start: Double
    var end: Double
    var watch: RunWatch
    /// What each peer said at the end, by place in the hosts; nil when it did not answer any more.
    var transfers: [[LabTransfer]?]
    /// In the order of the links.
    var links: [LinkBytes]
    /// Of all peers, those that died included.
    var processorSeconds: Double
    var peakResidentBytes: Int64
    var busyShare: Double?
    var warnings: [String]
}
