import Basics

/// A running suspicion: it ends in death unless the suspect refutes it, sooner the more independent accusers there are.
///
/// Lifeguard, section IV-B: timeout = max - (max - min) * log(C + 1) / log(K + 1) after C confirmations of K.
struct Suspicion: Sendable {
    let suspect: PeerID
    let since: Instant
    let least: Duration
    let most: Duration
    /// K: how many confirmations shorten it to the least.
    let needed: Int
    /// The first accuser and those who confirmed it.
    private(set) var accusers: PeerSet
    /// Put off once the suspect answered us after all.
    private var grace: Duration = .zero
    /// How often the suspect was called before its time ends.
    private(set) var calls = 0
    private var lastCall: (at: Instant, sequence: UInt32?)?
    private let callLimit: Int
    private let callSpacing: Duration
    /// When it ends or the suspect is called next: looked at far more often than it changes.
    private(set) var nextStep = Instant.never

    /// - Parameters:
    ///   - calls: how often the suspect is called before its time ends.
    ///   - spacing: how far apart.
    init(
        of suspect: PeerID, since: Instant, by accuser: PeerID, least: Duration, most: Duration, needed: Int,
        calls limit: Int, spacing: Duration
    ) {
        self.suspect = suspect
        self.since = since
        self.least = least
        self.most = most
        self.needed = min(needed, PeerSet.limit - 1)
        accusers = PeerSet(accuser)
        callLimit = limit
        callSpacing = spacing
        plan()
    }

    /// Counts an accuser; false when it adds nothing.
    mutating func confirm(by accuser: PeerID) -> Bool {
        guard accusers.count <= needed, accusers.insert(accuser) else { return false }
        plan()
        return true
    }

    /// Gives the suspect more time, and new calls before it ends.
    mutating func postpone(until instant: Instant) {
        grace = max(grace, instant - since)
        calls = 0
        plan()
    }

    /// A call of this sequence, or one that was due and not made.
    mutating func countCall(_ sequence: UInt32?, _ now: Instant) {
        calls += 1
        lastCall = (now, sequence)
        plan()
    }

    /// Whether an acknowledgement answers the last call.
    func isAnswered(by sequence: UInt32) -> Bool { lastCall?.sequence == sequence }

    private mutating func plan() { nextStep = min(deadline, nextCall) }

    /// When the suspect is called next, so that its refutation can still reach us; never after the last call.
    private var nextCall: Instant {
        guard calls < callLimit else { return .never }
        let planned = deadline + callSpacing * (calls - callLimit)
        return lastCall.map { max(planned, $0.at + callSpacing) } ?? planned
    }

    var deadline: Instant {
        guard needed > 0 else { return since + max(least, grace) }
        let share = Logarithm.base2(accusers.count) / Logarithm.base2(needed + 1)
        let shortened = most - (most - least) * min(1, share)
        return since + max(shortened, grace)
    }
}
