/// The timing of the protocol. The defaults suit a local network and peers that start together.
///
/// At 32 peers they give a full view in under 3 s and make a crash known to all in under 6 s (docs/GOSSIP.md).
public struct GossipSettings: Hashable, Sendable {
    /// One probe is sent in each period (the protocol period T' of SWIM, section 3.1).
    public var probeInterval: Duration = .milliseconds(500)
    /// How long a direct probe waits before others are asked to help; well over a round trip.
    public var probeTimeout: Duration = .milliseconds(150)
    /// How long after others were asked the target is asked over a session; after the first ping where datagrams did
    /// not do before.
    public var streamPatience: Duration = .milliseconds(100)
    /// So many answers over sessions with no datagram between them mean that no datagram gets through.
    public var blockedAnswers = 2
    /// How many others are asked to probe a silent peer (k of SWIM, section 3.1).
    public var indirectProbes = 3
    /// The shortest suspicion for each doubling of the group (SWIM 4.2 asks for a timeout that grows as log N).
    public var suspicionPerDoubling: Duration = .milliseconds(450)
    /// Groups smaller than 2 to this power suspect as long as one of that size.
    public var suspicionLeastDoublings = 4
    /// The longest suspicion, as a multiple of the shortest (beta of Lifeguard, section IV-B).
    public var suspicionStretch = 2
    /// How many independent accusers shorten a suspicion to its shortest (K of Lifeguard, section IV-B).
    public var suspicionConfirmations = 3
    /// A peer that refuted suspicions lately gets that much more time for the next ones, each as much again.
    public var refutationsCounted: UInt8 = 3
    /// An answer of a peer that refuted a suspicion lately is waited for so long before it is suspected again; twice as
    /// long for each further refutation that counts.
    public var slowPatience: Duration = .seconds(2)
    /// Late answers of everybody are waited for so long for each peer of the group, at most ``patienceLimit``: in a large
    /// group a suspicion costs more, and finds the crash in time nevertheless.
    public var patiencePerPeer: Duration = .milliseconds(10)
    public var patienceLimit: Duration = .milliseconds(1500)
    /// While so many are suspected whoever does not answer counts as slow, as slower with twice as many: when many are
    /// slow at once, it is the group or its network.
    public var manySuspicions = 16
    /// After each such time without a suspicion a peer counts as less slow.
    public var calmAfter: Duration = .seconds(120)
    /// An overloaded host lets no suspicion end before so many times its longest.
    public var overloadStretch = 4
    /// How long the answer of a peer thought dead shows that it hears us.
    public var hearingLasts: Duration = .seconds(10)
    /// How many suspicions of one accuser may run while nobody else confirms them.
    public var suspicionsPerAccuser = 4
    /// A suspicion lasts so much longer for each other one that runs: as many refutations have to get through to everybody.
    public var refutationSpacing: Duration = .milliseconds(20)
    /// How often a suspect is called directly in the last part of its suspicion, and how far apart.
    public var lastCalls = 4
    public var lastCallSpacing: Duration = .milliseconds(250)
    /// How many such calls a peer makes in such a time, whoever is suspected: everybody calls, and hundreds of suspects
    /// would hear nothing else.
    public var lastCallsPerSpacing = 8
    /// The highest value of the local health multiplier (S of Lifeguard, section IV-A).
    public var awarenessLimit = 8
    /// For so long after somebody new came, a peer that has just started itself accuses nobody: hundreds that start
    /// together on a few cores are slow, and each false accusation makes all of them slower.
    public var joinGrace: Duration = .seconds(3)
    /// How long after its own start a peer is so patient.
    public var joinGraceLimit: Duration = .seconds(20)
    /// A timer this late means that this host is overloaded, and that its own probes prove nothing.
    public var lateness: Duration = .milliseconds(50)
    /// For how long after such a timer that holds: the next may be in time by chance.
    public var lateMemory: Duration = .seconds(2)

    /// How often news is pushed to random peers while there is any.
    public var gossipInterval: Duration = .milliseconds(200)
    /// To how many peers news is pushed: a datagram of small news to each, and one of cards.
    public var gossipFanout = 3
    /// So many cards are sent as often as other news, more of them a third as often.
    public var fewCards = 4
    /// The same for pulses.
    public var fewPulses = 64
    /// From so many peers on, claims that are heard from others are told less often.
    public var largeGroup = 256
    /// How often each piece of news is sent, for each doubling of the group (lambda of SWIM, section 4.1).
    public var retransmitsPerDoubling = 1.5

    /// How often digests are exchanged with a random peer once the group is quiet (anti-entropy).
    public var syncInterval: Duration = .seconds(10)
    /// The first interval after start and after news; it doubles up to ``syncInterval``.
    public var syncFirstInterval: Duration = .milliseconds(100)
    /// The same for each peer of the group, when that is longer: a digest grows with the group, and its cost would with
    /// the square.
    public var syncPerPeer: Duration = .milliseconds(10)
    /// How long news may be under way: before that, different views are nothing to look into.
    public var rumourTime: Duration = .seconds(1)
    /// The least time between two comparisons that pings gave reason for.
    public var hintInterval: Duration = .seconds(1)
    /// For so long after somebody was asked for a record nobody else is.
    public var askPatience: Duration = .milliseconds(500)
    /// With so many records being checked a round of anti-entropy is put off, for at most ``syncBusyLimit``.
    public var syncBusyChecks = 16
    public var syncBusyLimit: Duration = .seconds(2)
    /// For so long after start seeds are asked by datagrams only; then, while we are alone, over sessions as well.
    public var seedPatience: Duration = .milliseconds(700)
    /// How often seeds are asked while we are alone; it doubles up to ``seedAloneLimit``.
    public var seedAloneInterval: Duration = .milliseconds(250)
    public var seedAloneLimit: Duration = .seconds(5)
    /// How often one seed is asked while we are not alone, so that partitions heal.
    public var seedInterval: Duration = .seconds(30)
    /// How often one dead peer is probed, so that partitions heal.
    public var deadProbeInterval: Duration = .seconds(5)
    /// How long a dead or departed peer is remembered.
    public var tombstoneLifetime: Duration = .seconds(1800)
    /// How often what has outlived its time is removed.
    public var housekeepingInterval: Duration = .seconds(2)

    /// The least time between two pulses when holdings, node count or capacity changed.
    public var pulseInterval: Duration = .seconds(1)
    /// The same for each peer of the group, when that is longer: changes of a large group that installs are told together.
    public var pulsePerPeer: Duration = .milliseconds(5)
    /// The least time between two pulses when only load or free memory changed much.
    public var pulseLoadInterval: Duration = .seconds(60)
    /// The same for each peer of the group, when that is longer: a tenth of such a pulse a second in a group of any size.
    /// At 32 peers telling one to everybody costs each of them 5 kB in both directions together, and loads change all the
    /// time.
    public var pulseLoadPerPeer: Duration = .seconds(10)
    /// The least time between two pulses when forecasts changed much.
    public var pulseQuietInterval: Duration = .seconds(15)
    /// The same for each peer of the group, when that is longer: two such pulses a second in a group of any size.
    public var pulseQuietPerPeer: Duration = .milliseconds(500)
    /// How long a signature check may take before the record is given up.
    public var verificationTimeout: Duration = .seconds(10)
    /// How long a record waits for its owner's card.
    public var parkingTimeout: Duration = .seconds(3)
    /// How many forged records of a sender are borne before its records are ignored for a time.
    public var forgeriesBorne = 8
    /// How long the records of a forging sender are ignored.
    public var muteDuration: Duration = .seconds(30)
    /// How long a leaving peer goes on telling others.
    public var leaveLinger: Duration = .milliseconds(600)

    public init() {}
}
