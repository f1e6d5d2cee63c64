/// Sets of hosts that are joined two by two, unless too much speaks against it.
struct HostParts {
    private var parent: [Int]
    /// By set, of each other set: how many pairs between them are near and far.
    private var counts: [[Int: Count]]

    private struct Count {
        var near = 0
        var far = 0
    }

    /// Each host by itself.
    init(count: Int) {
        parent = Array(0..<count)
        counts = Array(repeating: [:], count: count)
    }

    /// Two hosts, as long as none are joined, were found to be near or far.
    mutating func count(_ a: Int, _ b: Int, isNear: Bool) {
        for (one, other) in [(a, b), (b, a)] {
            if isNear {
                counts[one][other, default: Count()].near += 1
            } else {
                counts[one][other, default: Count()].far += 1
            }
        }
    }

    /// A member that stands for the set of a host.
    func root(of place: Int) -> Int {
        var place = place
        while parent[place] != place { place = parent[place] }
        return place
    }

    /// Joins the sets of two hosts when more of the pairs between them are near than far.
    mutating func join(_ a: Int, _ b: Int) {
        let (a, b) = (root(of: a), root(of: b))
        guard a != b, let between = counts[a][b], between.near > between.far else { return }
        let (kept, gone) = counts[a].count >= counts[b].count ? (a, b) : (b, a)
        parent[gone] = kept
        for (other, count) in counts[gone] {
            counts[other][gone] = nil
            guard other != kept else { continue }
            counts[other][kept, default: Count()].near += count.near
            counts[other][kept]!.far += count.far
            counts[kept][other, default: Count()].near += count.near
            counts[kept][other]!.far += count.far
        }
        counts[gone] = [:]
    }
}
