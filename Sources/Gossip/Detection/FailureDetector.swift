import Basics

/// The probe that runs, those done for others, the order of the next ones, and how far this host doubts itself.
struct FailureDetector: Sendable {
    /// One protocol period (SWIM 3.1).
    struct Probe: Sendable {
        let target: PeerID
        let sequence: UInt32
        let started: Instant
        /// When others are asked, unless they were.
        var indirectAt: Instant
        /// When the target is asked over a session, unless it was: datagrams may not reach it (memberlist does the same).
        var streamAt: Instant
        /// When the target counts as silent.
        let end: Instant
        var helpers = PeerSet()
        var nacked = PeerSet()

        /// What is due first.
        var nextStep: Instant { min(indirectAt, streamAt, end) }
    }

    /// A probe that somebody asked us to do.
    struct Errand: Sendable {
        let requester: Route
        let requesterSequence: UInt32
        let target: PeerID
        let sequence: UInt32
        /// When the requester hears that there was no answer; never once it did.
        var nackAt: Instant
        let expires: Instant
    }

    var probe: Probe?
    /// Asked for after a session broke; goes before the ring.
    var urgent: [PeerID] = []
    /// The order of the round, walked from the end (SWIM 4.3: round-robin over a shuffled list): the first eight bytes of
    /// each name, which are enough to find it.
    var ring: [UInt64] = []
    var errands: [Errand] = []
    var slowAnswers = SlowAnswers()
    /// The local health multiplier (Lifeguard IV-A); 0 is healthy.
    var awareness = 0
    private var sequence: UInt32

    init(sequence: UInt32) { self.sequence = sequence }

    mutating func takeSequence() -> UInt32 {
        sequence &+= 1
        return sequence
    }

    /// Whether a sequence was given out lately: who knows it has heard us.
    func isRecent(_ other: UInt32) -> Bool { sequence &- other < FailureDetector.recentSequences }

    private static let recentSequences: UInt32 = 4096

    mutating func adjustAwareness(by delta: Int, limit: Int) {
        awareness = min(limit, max(0, awareness + delta))
    }

    static let urgentLimit = 16
}
