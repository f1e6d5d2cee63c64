public import Basics

/// Who is in, where they are and how they are: SWIM membership with signed records, as a pure state machine.
///
/// The shell feeds inputs, runs the outputs in order, and calls `handle(.timer)` at ``nextDeadline``. It reads no
/// clock, no socket and no randomness of its own: the same inputs and the same seed give the same outputs.
///
/// Being alive, changing and leaving are *records* that only their owner can sign. What a peer says about others are
/// *claims* (suspect, dead), which the accused refutes with a higher incarnation.
///
/// Sources: A. Das, I. Gupta, A. Motivala, "SWIM: Scalable Weakly-consistent Infection-style Process Group Membership
/// Protocol" (DSN 2002); A. Dadgar, J. Phillips, J. Currey, "Lifeguard: SWIM-ing with Situational Awareness" (2017).
public struct Membership: Sendable {
    public let ownID: PeerID
    public let settings: GossipSettings
    public internal(set) var counters = GossipCounters()

    var random: RandomSource
    var own: OwnState
    var phase = Phase.idle
    var startedAt = Instant.origin
    /// When somebody new came.
    var lastJoin = Instant.origin
    /// When something new was last learned or said.
    var lastChange = Instant.origin
    /// When we last came to what was due so late that this host must be overloaded.
    var lastLate: Instant?
    var seeds: [PeerAddress] = []
    var members = MemberTable()
    var suspicions = SuspicionTable()
    var outbox = Outbox()
    var pending = PendingRecords()
    var parked = ParkedRecords()
    var asked = AskedRecords()
    var offenders = Offenders()
    var detector: FailureDetector
    var echoes = AwaitedEchoes()
    var sync: SyncState
    var schedule = Schedule()
    /// How many records beside cards and pulses are kept for all owners.
    var otherRecordCount = 0
    /// A source that has not proved to be where its sender's card says, and how much may still be sent to it: no more
    /// than came from it, so that nobody can turn us against others with a false or repeated source address.
    var unproven: (source: Route, room: Int)?
    /// Streams are what reaches others; until a datagram comes.
    var isBlocked = false
    /// When a datagram last came, and how often a stream had to do since.
    var lastDatagram = Instant.origin
    var streamedAnswers = 0
    /// Lists that are filled and emptied within one input, kept for their memory.
    var offers: [RecordName] = []
    var wants: [RecordName] = []
    var told: [Claim] = []
    var askedSeeds: [PeerAddress] = []

    /// Where the life of the machine stands.
    enum Phase: Hashable, Sendable {
        case idle
        case running
        /// Goodbye is being told until then.
        case leaving(until: Instant)
        case left
    }

    /// A machine that does nothing until `start`.
    ///
    /// - Parameters:
    ///   - card: who we are; `fault` must be nil.
    ///   - epoch: counts the starts of this identity. The shell persists it raised by one *before* it starts; all
    ///     versions and incarnations of this life are above those of earlier ones (SWIM 4.2: incarnation numbers).
    ///   - seed: of the random source; another one for each peer and start.
    public init(
        ownID: PeerID, card: Card, pulse: Pulse, epoch: UInt32, settings: GossipSettings = GossipSettings(),
        seed: UInt64
    ) {
        precondition(card.fault == nil, "a peer needs a card that others can decode")
        self.ownID = ownID
        self.settings = settings
        random = RandomSource(seed: seed)
        own = OwnState(card: card, pulse: pulse, epoch: epoch)
        detector = FailureDetector(sequence: UInt32(truncatingIfNeeded: seed))
        sync = SyncState(interval: settings.syncFirstInterval)
    }

    /// Takes one input; what the shell has to do is appended to `outputs`.
    public mutating func handle(_ input: Input, now: Instant, into outputs: inout Outputs) {
        noteLateness(now)
        switch input {
        case .start(let seeds): start(seeds, now, &outputs)
        case .timer: break
        case .describe(let card): describe(card, now, &outputs)
        case .meet(let places): meet(places, &outputs)
        case .report(let pulse): report(pulse, now, &outputs)
        case .announce(let kind, let item, let body): announce(kind, item, body, &outputs)
        case .publish(let record): publish(record, now, &outputs)
        case .verified(let ticket, let verdict): verified(ticket, verdict, now, &outputs)
        case .lostContact(let id): lostContact(id, now)
        case .echo(let id): askEcho(of: id, now, &outputs)
        case .leave: leave(now, &outputs)
        }
        runDue(now, &outputs)
    }

    /// Takes a datagram that the sealing layer opened, or a message of the same form from a session: the sender holds
    /// the gossip key, or the session's, and is who it says.
    ///
    /// - Parameters:
    ///   - bytes: at most ``GossipLimits/datagramBytes``; nothing of them is kept but copies.
    ///   - source: where it came from; answers go there.
    public mutating func handle(
        datagram bytes: UnsafeRawBufferPointer, from source: Route, sender: PeerID, now: Instant,
        into outputs: inout Outputs
    ) {
        noteLateness(now)
        receive(bytes, source, sender, now, &outputs)
        runDue(now, &outputs)
    }

    private mutating func noteLateness(_ now: Instant) {
        if phase == .running, now - nextDeadline > settings.lateness { lastLate = now }
    }
}
