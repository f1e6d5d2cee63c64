public import Basics

/// When a host asks others for echoes, and what it makes of their answers.
///
/// As long as a host gets what the plan has for it there is nothing to find out. When it gets less, some link is full that
/// the plan knows nothing of. Small messages wait in the queue before that link too; those that do not cross it are fast
/// even then, and show who is near.
public struct EchoWatch: Sendable {
    public enum Step: Hashable, Sendable {
        case nothing
        /// Ask these peers for an echo.
        case ask([PeerID])
        /// What was found out is worth telling.
        case tell([PeerID: EchoLevel])
        /// Too little comes in a row.
        case doubt
    }

    /// Those that are asked; fixed for an install.
    private let others: [PeerID]
    /// Bytes that had come when the window began.
    private var windowBytes = 0
    /// Never until the first bytes have come.
    private var windowBegan = Instant.never
    private var windowEnds = Instant.never
    private var pause = EchoWatch.firstPause
    /// The fastest echo of each in this window.
    private var fastest: [PeerID: Duration] = [:]
    private var rounds = 0
    /// Of all windows in which some were near and others far.
    private var known: [PeerID: EchoLevel] = [:]
    private var told: UInt32 = 0
    /// The window that runs is one of a row.
    private var isInRow = false

    /// From the first bytes on; before that no link is in use.
    private static let warmUp: Duration = .milliseconds(100)
    private static let firstWindow: Duration = .milliseconds(300)
    private static let laterWindow: Duration = .milliseconds(800)
    /// After something was told: another plan follows from it, and changes of all trees fill links for a while. Doubles.
    private static let firstPause: Duration = .milliseconds(1500)
    /// Less than so many hundredths of the plan is too little at first.
    private static let poor = 90
    /// And later: a link that was not found halves the rate of those who share it, while one busy moment takes less.
    private static let laterPoor = 80
    private static let roundsAWindow = 3
    /// In a row each host depends on all before it, so one that is busy for a moment is no reason for another plan.
    private static let rowWindow: Duration = .milliseconds(300)
    private static let poorRow = 60
    /// From the end of a row until the trees that follow it fill their links.
    private static let afterRow: Duration = .milliseconds(300)
    /// An echo that did not come counts as one that took so long.
    private static let patience: Duration = .milliseconds(500)

    /// - Parameters:
    ///   - own: decides who is asked when there are too many.
    ///   - inputs: of the order.
    public init(own: PeerID, inputs: PlanInputs) {
        let here = inputs.hosts.first { $0.peer == own }
        let candidates = inputs.hosts.filter { $0.rack.isEmpty && $0.site == here?.site && $0.peer != own }
        guard here?.rack.isEmpty == true, candidates.count + 1 >= HiddenPlaces.leastHosts else {
            others = []
            return
        }
        var random = RandomSource(seed: own.digest.prefix)
        others = candidates.map(\.peer).shuffled(using: &random).prefix(PipelineLimits.echoes).sorted()
    }

    /// Due every ``PipelineLimits/progressInterval`` while the image comes.
    ///
    /// - Parameters:
    ///   - received: bytes so far.
    ///   - planned: bytes per second that the plan has for this host.
    ///   - isInRow: the plan is a chain by addresses.
    public mutating func look(received: Int, planned: Int, isInRow: Bool, now: Instant) -> Step {
        guard !others.isEmpty, received > 0, told < PlaceKeeper.versions else { return .nothing }
        guard windowBegan < .never else {
            begin(received, now + Self.warmUp)
            return .nothing
        }
        if isInRow != self.isInRow {
            self.isInRow = isInRow
            begin(received, isInRow ? windowBegan : now + Self.afterRow)
        }
        guard now >= windowBegan else {
            windowBytes = received
            return .nothing
        }
        let passed = max(1, Int((now - windowBegan).wholeNanoseconds))
        let share = isInRow ? Self.poorRow : told == 0 ? Self.poor : Self.laterPoor
        let isPoor = Double(received - windowBytes) / Double(passed) * 1e9 < Double(planned) * Double(share) / 100
        guard !isInRow else {
            guard now >= windowEnds else { return .nothing }
            begin(received, now)
            return isPoor ? .doubt : .nothing
        }
        guard now >= windowEnds else {
            guard isPoor, rounds < Self.roundsAWindow else { return .nothing }
            rounds += 1
            return .ask(others)
        }
        let heard = others.map { EchoLevel(fastest[$0] ?? Self.patience) }
        guard isPoor, let limit = EchoLevel.limit(of: heard) else {
            begin(received, now)
            return .nothing
        }
        for (peer, level) in zip(others, heard) {
            // A link that is not full now may have been so before: whoever was far once stays far.
            known[peer] = level < limit ? known[peer] ?? level : max(known[peer] ?? level, level)
        }
        told += 1
        begin(received, now + pause)
        pause *= 2
        return .tell(known)
    }

    /// The answer of a peer came.
    public mutating func echoed(_ peer: PeerID, after roundTrip: Duration) {
        guard others.contains(peer) else { return }
        fastest[peer] = min(fastest[peer] ?? roundTrip, roundTrip)
    }

    private mutating func begin(_ received: Int, _ start: Instant) {
        windowBytes = received
        windowBegan = start
        windowEnds = start + (isInRow ? Self.rowWindow : told == 0 ? Self.firstWindow : Self.laterWindow)
        fastest = [:]
        rounds = 0
    }
}
