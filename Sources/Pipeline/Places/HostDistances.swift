/// Two hosts and how far they are from each other.
struct HostPair {
    let a: Int
    let b: Int
    let level: EchoLevel
}

/// How far each host is from the others, by what was heard.
struct HostDistances {
    /// By host.
    private var heard: [Int: [(other: Int, level: EchoLevel)]] = [:]

    init(_ pairs: [HostPair]) {
        for pair in pairs {
            heard[pair.a, default: []].append((pair.b, pair.level))
            heard[pair.b, default: []].append((pair.a, pair.level))
        }
    }

    /// The mean level of a host's pairs with each group that it has more than one with, nearest first.
    ///
    /// - Parameter roots: by host, the member that stands for its group.
    func means(of host: Int, to roots: [Int], where isGrouped: (Int) -> Bool) -> [(level: Int, root: Int)] {
        var levels: [Int: (sum: Int, count: Int)] = [:]
        for (other, level) in heard[host] ?? [] where isGrouped(other) {
            levels[roots[other], default: (0, 0)].sum += Int(level.rawValue)
            levels[roots[other]]!.count += 1
        }
        return levels.filter { $0.value.count > 1 }.map { (level: $0.value.sum / $0.value.count, root: $0.key) }
            .sorted { ($0.level, $0.root) < ($1.level, $1.root) }
    }
}
