import Basics

/// Which hosts share a link that nobody has told of, from how long echoes took while too little came.
///
/// The queue before a full link delays whatever crosses it, in both directions of an echo. Hosts on the same side of all full
/// links hear each other at once. So pairs that are fast are near, the others far, and groups are what nearness joins.
struct HiddenPlaces: Hashable, Sendable {
    /// By place: the name of its group; nil for who is in none.
    let groups: [String?]
    /// One for each group.
    let links: [PlanInputs.SharedLink]

    /// Below so many hosts without a place there is nothing to find.
    static let leastHosts = 6
    /// So many hundredths of all pairs, those within groups and those between, have to agree with groups that are new, and
    /// with groups that are to stay.
    private static let leastAgreement = 80
    private static let stayingAgreement = 85
    /// Less than one part in so many of a group is no group of its own later.
    private static let splinterShare = 3
    /// Half of an octave.
    private static let margin = EchoLevel.octave / 2

    private struct Pair {
        let a: Int
        let b: Int
        let level: EchoLevel
    }

    /// - Parameters:
    ///   - hosts: of the order.
    ///   - sightings: places are within `hosts`.
    ///   - known: what was found before; it stays as long as what is heard agrees with it.
    init(_ hosts: [PlanInputs.Host], _ sightings: [PlaceSighting], after known: HiddenPlaces) {
        let pairs = Self.pairs(hosts, sightings)
        guard let limit = EchoLevel.limit(of: pairs.map(\.level)) else {
            self = known
            return
        }
        // Whose own link is full hears everybody late, and says nothing of places.
        var hasNear = [Bool](repeating: false, count: hosts.count)
        for pair in pairs where pair.level < limit {
            hasNear[pair.a] = true
            hasNear[pair.b] = true
        }
        let clear = pairs.filter { hasNear[$0.a] && hasNear[$0.b] }
        var roots = Self.roots(clear, hosts: hosts.count, limit)
        let agreement = Self.agreement(clear, limit) { roots[$0] == roots[$1] }
        let before = known.links.isEmpty ? 0 : Self.agreement(clear, limit, known.isNear)
        guard before < Self.stayingAgreement, agreement > before, agreement >= Self.leastAgreement else {
            self = known
            return
        }
        let isGrouped = Self.isGrouped(roots)
        let alone = hosts.indices.filter { !isGrouped[$0] }
        let attached = alone.map { known.nearest(to: $0, pairs, roots, isGrouped) }
        for (host, root) in zip(alone, attached) { if let root { roots[host] = root } }
        known.keepTogether(&roots)
        self.init(hosts, roots)
    }

    /// The group of a host that hears everybody late: that which it hears clearly sooner than all others, or where it was
    /// before.
    private func nearest(to host: Int, _ pairs: [Pair], _ roots: [Int], _ isGrouped: [Bool]) -> Int? {
        var levels: [Int: (sum: Int, count: Int)] = [:]
        for pair in pairs where pair.a == host || pair.b == host {
            let other = pair.a == host ? pair.b : pair.a
            guard isGrouped[other] else { continue }
            levels[roots[other], default: (0, 0)].sum += Int(pair.level.rawValue)
            levels[roots[other]]!.count += 1
        }
        let means = levels.filter { $0.value.count > 1 }.map { (level: $0.value.sum / $0.value.count, root: $0.key) }
            .sorted { ($0.level, $0.root) < ($1.level, $1.root) }
        guard means.count > 1, means[0].level + Self.margin <= means[1].level else {
            guard let before = groups[host] else { return nil }
            return groups.indices.first { groups[$0] == before && isGrouped[$0] }.map { roots[$0] }
        }
        return means[0].root
    }

    /// A few hosts that seem to have left their group only have full links themselves: they stay in it.
    private func keepTogether(_ roots: inout [Int]) {
        for link in links {
            let members = groups.indices.filter { groups[$0] == link.rack }
            var parts: [Int: Int] = [:]
            for member in members { parts[roots[member], default: 0] += 1 }
            guard let largest = parts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) })?.key else { continue }
            for member in members where parts[roots[member]]! * Self.splinterShare < members.count {
                roots[member] = largest
            }
        }
    }

    private func isNear(_ a: Int, _ b: Int) -> Bool { groups[a] != nil && groups[a] == groups[b] }

    /// Joins what is near; returns for each host a member that stands for its group.
    private static func roots(_ pairs: [Pair], hosts: Int, _ limit: EchoLevel) -> [Int] {
        var parts = HostParts(count: hosts)
        for pair in pairs { parts.count(pair.a, pair.b, isNear: pair.level < limit) }
        let near = pairs.filter { $0.level < limit }
        for pair in near.sorted(by: { ($0.level, $0.a, $0.b) < ($1.level, $1.a, $1.b) }) { parts.join(pair.a, pair.b) }
        return (0..<hosts).map { parts.root(of: $0) }
    }

    /// Which hosts are not alone.
    private static func isGrouped(_ roots: [Int]) -> [Bool] {
        var sizes: [Int: Int] = [:]
        for root in roots { sizes[root, default: 0] += 1 }
        return roots.map { sizes[$0]! > 1 }
    }

    /// Nothing is known.
    init(count: Int) {
        groups = Array(repeating: nil, count: count)
        links = []
    }

    /// Groups are called after their first members, which all peers know alike. What their links carry is not known: each is
    /// taken to carry what the fastest host does, so that a plan crosses it no more often than it has to.
    private init(_ hosts: [PlanInputs.Host], _ roots: [Int]) {
        let isGrouped = Self.isGrouped(roots)
        let fastest = hosts.map { max($0.up ?? PlanNetwork.unlimited, $0.down ?? PlanNetwork.unlimited) }.max()
        var names: [Int: String] = [:]
        var links: [PlanInputs.SharedLink] = []
        groups = roots.enumerated().map { place, root in
            guard isGrouped[place] else { return nil }
            if let name = names[root] { return name }
            let name = "~\(place)"
            names[root] = name
            links.append(PlanInputs.SharedLink(site: hosts[place].site, rack: name, up: fastest, down: fastest))
            return name
        }
        self.links = links
    }

    /// Whether there may be anything to find out.
    static func areThere(in hosts: [PlanInputs.Host]) -> Bool {
        var counts: [String: Int] = [:]
        for host in hosts where host.rack.isEmpty { counts[host.site, default: 0] += 1 }
        return counts.values.contains { $0 >= leastHosts }
    }

    /// Where two have heard each other the faster counts: what delays one way only is not a link between them.
    private static func pairs(_ hosts: [PlanInputs.Host], _ sightings: [PlaceSighting]) -> [Pair] {
        var levels: [Int: EchoLevel] = [:]
        for sighting in sightings {
            for echo in sighting.echoes {
                let (one, other) = (hosts[sighting.observer], hosts[echo.place])
                guard one.rack.isEmpty, other.rack.isEmpty, one.site == other.site, echo.place != sighting.observer
                else { continue }
                let (low, high) = (min(sighting.observer, echo.place), max(sighting.observer, echo.place))
                let pair = low * hosts.count + high
                levels[pair] = min(levels[pair] ?? echo.level, echo.level)
            }
        }
        return levels.sorted { $0.key < $1.key }.map { pair, level in
            Pair(a: pair / hosts.count, b: pair % hosts.count, level: level)
        }
    }

    /// How well groups explain what was heard, in hundredths: the lesser of the shares of pairs within groups that are near
    /// and of pairs between groups that are far. Delays that have nothing to do with places agree with no groups.
    private static func agreement(_ pairs: [Pair], _ limit: EchoLevel, _ isNear: (Int, Int) -> Bool) -> Int {
        var within = (all: 0, agree: 0)
        var between = (all: 0, agree: 0)
        for pair in pairs {
            if isNear(pair.a, pair.b) {
                within.all += 1
                if pair.level < limit { within.agree += 1 }
            } else {
                between.all += 1
                if pair.level >= limit { between.agree += 1 }
            }
        }
        guard within.all > 0, between.all > 0 else { return 0 }
        return min(within.agree * 100 / within.all, between.agree * 100 / between.all)
    }
}
