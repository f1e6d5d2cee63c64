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
        for slot in children.indices {
            guard let place = children[slot]?.place, !place.isSpare, place.isWaiting, !place.isBehind,
                place.spent < least
            else { continue }
            least = place.spent
            last = slot
        }
        var fewest = Int.max
        for slot in children.indices {
            guard let place = children[slot]?.place, !place.isSpare, place.isWaiting, place.spent < fewest,
                isWritable(slot)
            else { continue }
            guard least == .max || place.spent <= least + children[slot]!.lead(sliceBytes: sliceBytes) else {
                isHeldBack = true
                continue
            }
            next = slot
            fewest = place.spent
        }
        // A child of the plan that waits for its socket keeps the uplink busy.
        guard next == nil, last == nil, mayServeSpare || !Self.hasWants(children) else { return }
        for slot in children.indices {
            guard let place = children[slot]?.place, place.isSpare, place.isWaiting, place.spent < fewest,
                isWritable(slot)
            else { continue }
            next = slot
            fewest = place.spent
        }
    }

    private static func hasWants(_ children: [ChildFeed?]) -> Bool {
        children.indices.contains { slot in
            guard let place = children[slot]?.place else { return false }
            return !place.isSpare && !children[slot]!.isSatisfied && !place.isBehind
        }
    }
}

extension ChildFeed {
    /// What decides whose turn it is: this is asked for every slice, and a feed as a whole is dear to copy.
    fileprivate struct Place {
        let isSpare: Bool
        let isWaiting: Bool
        let isBehind: Bool
        let spent: Int
    }

    fileprivate var place: Place {
        Place(isSpare: isSpare, isWaiting: isWaiting, isBehind: behind > 0, spent: spent)
    }
}
