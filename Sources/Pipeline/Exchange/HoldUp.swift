import Basics

/// A child that holds others back, and whether it is still worth waiting for.
///
/// A child that has stopped takes nothing; it is left behind soon. One that is only slow may have been so for a moment,
/// while what was sent to others before was still on its way out; it gets more time.
struct HoldUp: Sendable {
    let child: Int
    private var from: Int
    private var last: Int
    /// Ticks since it was looked at first, and since it last got something.
    private var ticks = 0
    private var stillTicks = 0

    init(_ child: Int, _ feed: ChildFeed) {
        self.child = child
        from = feed.spent
        last = feed.spent
    }

    /// Due every ``PipelineLimits/progressInterval``.
    ///
    /// - Returns: true when the others need not wait for it any longer.
    mutating func tick(_ feed: ChildFeed, sliceBytes: Int) -> Bool {
        let interval = Int(PipelineLimits.progressInterval.wholeNanoseconds)
        ticks += 1
        stillTicks = feed.spent == last ? stillTicks + 1 : 0
        last = feed.spent
        // At a low rate slices are far apart.
        let apart = 2 * feed.nanoseconds(sliceBytes) / interval
        if stillTicks >= max(PipelineLimits.stillTicks, min(apart, PipelineLimits.slowTicks)) { return true }
        guard ticks >= PipelineLimits.slowTicks else { return false }
        // Who gets half of what the plan has for it, and more, is held up by this peer's uplink and not by its own.
        if feed.spent - from < ticks * interval / 2 { return true }
        from = feed.spent
        ticks = 0
        return false
    }
}
