import Basics

/// How long a parent pauses between signs of life, learned from the last seconds: one that was never quiet for long is
/// missed sooner than one that often is.
///
/// A peer that sends says something at least every ``PipelineLimits/progressInterval``. How much more may pass is up to how
/// busy its host is: so it is measured, in two spans of time of which the last whole one and the one under way count.
struct PauseWatch: Sendable {
    private static let span = Duration.seconds(1)
    /// A silence is a stall when it is so many times as long as the longest pause.
    private static let factor = 4

    private var last: Instant?
    private var spanBegan = Instant.origin
    private var longest = Duration.zero
    /// Of the span before; nil until one is over.
    private var longestBefore: Duration?

    /// It gave a sign of life.
    mutating func heard(now: Instant) {
        guard let last else {
            spanBegan = now
            self.last = now
            return
        }
        longest = max(longest, now - last)
        self.last = now
        guard now - spanBegan >= Self.span else { return }
        longestBefore = longest
        longest = .zero
        spanBegan = now
    }

    /// What comes after this begins anew: the subscription has ended.
    mutating func forget() { self = PauseWatch() }

    /// Silence for so long is a stall: ``PipelineLimits/stallTimeout`` until enough is known.
    var stallTimeout: Duration {
        guard let longestBefore else { return PipelineLimits.stallTimeout }
        let learned = max(longest, longestBefore) * Self.factor
        return min(max(learned, PipelineLimits.leastStallTimeout), PipelineLimits.stallTimeout)
    }
}
