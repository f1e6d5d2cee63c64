/// Sets of hosts that hear each other soon, joined two by two, nearest first.
///
/// How far two sets are from each other is the mean of all pairs between them (average linkage; Sokal and Michener 1958), so
/// one host that hears two sets soon does not make one of them.
struct HostParts {
    private var parent: [Int]
    /// By set, of each other set that some pair says something of.
    private var between: [[Int: Distance]]

    private struct Distance {
        var sum = 0
        var count = 0

        var mean: Double { Double(sum) / Double(count) }
    }

    /// A set and how far it is.
    private struct Neighbour {
        let set: Int
        let mean: Double
    }

    /// Each host by itself.
    init(count: Int) {
        parent = Array(0..<count)
        between = Array(repeating: [:], count: count)
    }

    /// What was heard of two hosts, as long as none are joined.
    mutating func add(_ a: Int, _ b: Int, _ level: EchoLevel) {
        for (one, other) in [(a, b), (b, a)] {
            between[one][other, default: Distance()].sum += Int(level.rawValue)
            between[one][other]!.count += 1
        }
    }

    /// A member that stands for the set of a host.
    func root(of place: Int) -> Int {
        var place = place
        while parent[place] != place { place = parent[place] }
        return place
    }

    /// Joins sets until none are nearer to each other than the limit.
    mutating func join(below limit: EchoLevel) {
        var nearest = between.indices.map { self.nearest(to: $0) }
        while true {
            var best: (set: Int, neighbour: Neighbour)?
            for (set, neighbour) in nearest.enumerated() {
                guard let neighbour, neighbour.mean < best?.neighbour.mean ?? Double(limit.rawValue) else { continue }
                best = (set, neighbour)
            }
            guard let best else { return }
            let (kept, gone) = (best.set, best.neighbour.set)
            join(kept, gone)
            nearest[gone] = nil
            nearest[kept] = self.nearest(to: kept)
            // To the joined set it is no nearer than to the nearer of the two, so for others nothing changes.
            for other in between[kept].keys where nearest[other]?.set == kept || nearest[other]?.set == gone {
                nearest[other] = self.nearest(to: other)
            }
        }
    }

    private mutating func join(_ kept: Int, _ gone: Int) {
        parent[gone] = kept
        for (other, distance) in between[gone] {
            between[other][gone] = nil
            guard other != kept else { continue }
            for (one, two) in [(other, kept), (kept, other)] {
                between[one][two, default: Distance()].sum += distance.sum
                between[one][two]!.count += distance.count
            }
        }
        between[gone] = [:]
    }

    private func nearest(to set: Int) -> Neighbour? {
        var best: Neighbour?
        for (other, distance) in between[set] {
            let mean = distance.mean
            if let best, (mean, other) >= (best.mean, best.set) { continue }
            best = Neighbour(set: other, mean: mean)
        }
        return best
    }
}
