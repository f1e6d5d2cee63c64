import Basics

/// Where anti-entropy stands: how soon it runs again, which page comes next, how much was answered lately.
struct SyncState: Sendable {
    /// The interval until the next round; doubles while nothing is new.
    var interval: Duration
    /// Since when a round is due that waits for records to be checked.
    var putOffSince: Instant?
    /// When views were last compared because a ping said that they differ.
    var lastHint = Instant.origin
    private var windowStart = Instant.origin
    private var answeredInWindow = 0

    init(interval: Duration) { self.interval = interval }

    private static let window = Duration.milliseconds(100)

    /// How many datagrams an answer may have now.
    mutating func allowance(now: Instant) -> Int {
        if now - windowStart >= SyncState.window {
            windowStart = now
            answeredInWindow = 0
        }
        return min(GossipLimits.answerDatagrams, GossipLimits.answerDatagramsPerWindow - answeredInWindow)
    }

    mutating func countAnswer(_ datagrams: Int) { answeredInWindow += datagrams }
}
