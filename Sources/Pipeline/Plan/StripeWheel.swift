import HeapModule

/// Gives out the slots of a group's members to the stripes.
///
/// The fastest members are kept until their slots suffice. Each of them visits about a third of the stripes, at even
/// distances and with a phase of its own, so that it has children in some stripes and is a leaf in the others: trees become
/// shallow where it matters, and every stripe gets its share of the fast ones.
struct StripeWheel {
    /// Slots of each member, fastest first.
    var slots: [Int]
    /// Uplinks of the members: equals are treated alike.
    let rates: [Int]
    /// Slots that each stripe needs.
    var needs: [Int]
    /// Slots of each member in each stripe: place `member * stripes + stripe`.
    private(set) var given: [Int32]

    private var stripes: Int { needs.count }
    private var visits: Int { max(1, (stripes + Self.share / 2) / Self.share) }
    /// A member visits one in so many stripes.
    private static let share = 3
    /// Children of a host in a stripe that it visits, where there is a choice: the fewest units until the last host has one.
    private static let children = 3
    /// One stripe on the wheel.
    private static let pitch = 1 << 16
    /// The golden ratio of a pitch: phases that are far from each other however many there are.
    private static let golden = 40_503

    init(slots: [Int], rates: [Int], needs: [Int]) {
        self.slots = slots
        self.rates = rates
        self.needs = needs
        given = [Int32](repeating: 0, count: slots.count * needs.count)
    }

    /// Sets one slot aside in a stripe that has to begin here.
    ///
    /// - Parameter candidates: the members that can begin it.
    /// - Returns: whose it is; nil when none of them has a slot left.
    mutating func reserve(stripe: Int, among candidates: [Int]) -> Int? {
        guard let member = candidates.max(by: { (slots[$0], $1) < (slots[$1], $0) }), slots[member] > 0 else {
            return nil
        }
        slots[member] -= 1
        needs[stripe] -= 1
        given[member * stripes + stripe] += 1
        return member
    }

    /// Gives out the slots of a member that takes part in some stripes only, as evenly as these need them.
    mutating func give(member: Int, to own: [Int]) {
        while slots[member] > 0 {
            guard let stripe = own.filter({ needs[$0] > 0 }).max(by: { (needs[$0], $1) < (needs[$1], $0) }) else {
                break
            }
            slots[member] -= 1
            needs[stripe] -= 1
            given[member * stripes + stripe] += 1
        }
        slots[member] = 0
    }

    /// Gives out the rest; false when the slots do not suffice.
    mutating func turn() -> Bool {
        guard trim() else { return false }
        var queue = Heap<Visit>()
        var quantum = [Int](repeating: 0, count: slots.count)
        var step = quantum
        for (rank, member) in slots.indices.filter({ slots[$0] > 0 }).enumerated() {
            quantum[member] = (slots[member] + visits - 1) / visits
            step[member] = stripes * Self.pitch / ((slots[member] + quantum[member] - 1) / quantum[member])
            let phase = ((2 * rank + 1) * Self.golden / 2) % Self.pitch
            queue.insert(Visit(at: step[member] * phase / Self.pitch, member: member))
        }
        for stripe in needs.indices {
            while needs[stripe] > 0 {
                guard let visit = queue.popMin() else { return false }
                let member = visit.member
                let taken = min(quantum[member], slots[member], needs[stripe])
                given[member * stripes + stripe] += Int32(taken)
                slots[member] -= taken
                needs[stripe] -= taken
                guard slots[member] > 0 else { continue }
                // Who could not give all of a visit comes again the sooner.
                queue.insert(Visit(at: visit.at + step[member] * taken / quantum[member], member: member))
            }
        }
        return true
    }

    /// Takes away what is not needed, from the slowest.
    ///
    /// Of those that are equally fast the first keep a few slots for each stripe that they visit and the others none: where
    /// slots abound, trees of a few children a host are shallower than chains.
    private mutating func trim() -> Bool {
        var left = needs.reduce(0, +)
        var first = 0
        while first < slots.count {
            var end = first
            var kind = 0
            while end < slots.count, rates[end] == rates[first] {
                kind += slots[end]
                end += 1
            }
            if kind > left { keep(left, of: first..<end) }
            left -= min(kind, left)
            first = end
        }
        return left == 0
    }

    private mutating func keep(_ wanted: Int, of members: Range<Int>) {
        var kept = [Int](repeating: 0, count: members.count)
        var wanted = wanted
        while wanted > 0 {
            for (place, member) in members.enumerated() {
                let more = min(wanted, slots[member] - kept[place], visits * Self.children)
                kept[place] += more
                wanted -= more
            }
        }
        for (place, member) in members.enumerated() { slots[member] = kept[place] }
    }
}

/// The next stripe that a member comes by.
private struct Visit: Comparable {
    let at: Int
    let member: Int

    static func < (a: Visit, b: Visit) -> Bool { (a.at, a.member) < (b.at, b.member) }
}
