/// Whose turn it is among the children of a peer: who has got least of what the plan has for it; those for whom the plan
/// has nothing when none of the others can be served.
struct Turn {
    /// The child that got least, of those that are waited for, and how much that is.
    private(set) var last: Int?
    private var least = Int.max
    /// Someone could be served and is too far ahead.
    private(set) var isHeldBack = false
    /// Who is served next.
    private(set) var next: Int?

    /// - Parameter mayServeSpare: false while this peer gets the image itself: children of the plan that have all that is
    ///   here then want what comes next, and who is spare would be in its way.
    init(_ children: [ChildFeed?], sliceBytes: Int, mayServeSpare: Bool, _ isWritable: (Int) -> Bool) {
        for (slot, feed) in children.enumerated() {
            guard let feed, !feed.isSpare, feed.isWaiting, feed.behind == 0, feed.spent < least else { continue }
            least = feed.spent
            last = slot
        }
        var fewest = Int.max
        for (slot, feed) in children.enumerated() {
            guard let feed, !feed.isSpare, feed.isWaiting, feed.spent < fewest, isWritable(slot) else { continue }
            guard least == .max || feed.spent <= least + feed.lead(sliceBytes: sliceBytes) else {
                isHeldBack = true
                continue
            }
            next = slot
            fewest = feed.spent
        }
        // A child of the plan that waits for its socket keeps the uplink busy.
        guard next == nil, last == nil, mayServeSpare || !Self.hasWants(children) else { return }
        for (slot, feed) in children.enumerated() {
            guard let feed, feed.isSpare, feed.isWaiting, feed.spent < fewest, isWritable(slot) else { continue }
            next = slot
            fewest = feed.spent
        }
    }

    private static func hasWants(_ children: [ChildFeed?]) -> Bool {
        children.contains { feed in
            guard let feed else { return false }
            return !feed.isSpare && !feed.isSatisfied && feed.behind == 0
        }
    }
}
