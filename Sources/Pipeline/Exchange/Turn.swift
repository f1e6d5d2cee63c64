/// Whose turn it is among the children of a peer: who has got least of what the plan has for it.
struct Turn {
    /// The child that got least, of those that are waited for, and how much that is.
    private(set) var last: Int?
    private var least = Int.max
    /// Someone could be served and is too far ahead.
    private(set) var isHeldBack = false
    /// Who is served next.
    private(set) var next: Int?

    init(_ children: [ChildFeed?], sliceBytes: Int, _ isWritable: (Int) -> Bool) {
        for (slot, feed) in children.enumerated() {
            guard let feed, feed.isWaiting, feed.behind == 0, feed.spent < least else { continue }
            least = feed.spent
            last = slot
        }
        var fewest = Int.max
        for (slot, feed) in children.enumerated() {
            guard let feed, feed.isWaiting, feed.spent < fewest, isWritable(slot) else { continue }
            guard least == .max || feed.spent <= least + feed.lead(sliceBytes: sliceBytes) else {
                isHeldBack = true
                continue
            }
            next = slot
            fewest = feed.spent
        }
    }
}
