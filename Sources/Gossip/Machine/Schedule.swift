import Basics

/// The one table of deadlines. Suspicions and errands are many, so only a lower bound of theirs is kept here.
struct Schedule: Sendable {
    var probe = Instant.never
    var gossip = Instant.never
    /// When news was last pushed; two pushes are at least an interval apart.
    var lastGossip = Instant.origin
    var sync = Instant.never
    var seeds = Instant.never
    var seedInterval: Duration = .zero
    var deadProbe = Instant.never
    var suspicions = Instant.never
    var errands = Instant.never
    var slowAnswers = Instant.never
    var pulse = Instant.never
    var housekeeping = Instant.never

    /// The first deadline; while a probe runs, its next step stands for the next probe.
    func earliest(probeStep: Instant?) -> Instant {
        min(
            min(probeStep ?? probe, gossip, sync, seeds), min(deadProbe, suspicions, errands),
            min(pulse, housekeeping, slowAnswers))
    }
}
