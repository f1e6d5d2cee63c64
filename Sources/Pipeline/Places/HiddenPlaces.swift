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
    /// A host that is in no group joins the one that it hears so much sooner than all others.
    private static let joiningMargin = EchoLevel.octave / 2
    /// A host leaves its group for one that it hears so much sooner.
    private static let movingMargin = EchoLevel.octave

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
        let distances = HostDistances(pairs)
        // Two that happen to be nearest may have been joined before the groups they belong to.
        var roots = Self.moved(Self.roots(clear, hosts: hosts.count, limit), distances, margin: Self.joiningMargin)
        let agreement = Self.agreement(clear, limit) { roots[$0] == roots[$1] }
        let before = known.links.isEmpty ? 0 : Self.agreement(clear, limit, known.isNear)
        guard before < Self.stayingAgreement, agreement > before, agreement >= Self.leastAgreement else {
            self = known.corrected(hosts, distances)
            return
        }
        let isGrouped = Self.isGrouped(roots)
        let alone = hosts.indices.filter { !isGrouped[$0] }
        let attached = alone.map { known.nearest(to: $0, distances, roots, isGrouped) }
        for (host, root) in zip(alone, attached) { if let root { roots[host] = root } }
        known.keepTogether(&roots)
        self.init(hosts, roots)
    }

    /// The group of a host that hears everybody late: that which it hears clearly sooner than all others, or where it was
    /// before.
    private func nearest(to host: Int, _ distances: HostDistances, _ roots: [Int], _ isGrouped: [Bool]) -> Int? {
        let means = distances.means(of: host, to: roots) { isGrouped[$0] }
        guard means.count > 1, means[0].level + Self.joiningMargin <= means[1].level else {
            guard let before = groups[host] else { return nil }
            return groups.indices.first { groups[$0] == before && isGrouped[$0] }.map { roots[$0] }
        }
        return means[0].root
    }

    /// The same groups but for hosts that hear another one clearly sooner than their own. A few in the wrong group do not make
    /// the groups as a whole disagree with what is heard, but fill the links of both.
    private func corrected(_ hosts: [PlanInputs.Host], _ distances: HostDistances) -> HiddenPlaces {
        var first: [String: Int] = [:]
        for (host, group) in groups.enumerated() { if let group, first[group] == nil { first[group] = host } }
        let roots = groups.enumerated().map { host, group in group.flatMap { first[$0] } ?? host }
        let moved = Self.moved(roots, distances, margin: Self.movingMargin)
        return moved == roots ? self : HiddenPlaces(hosts, moved)
    }

    /// Moves each host of a group to the group that it hears sooner than its own.
    private static func moved(_ roots: [Int], _ distances: HostDistances, margin: Int) -> [Int] {
        let isGrouped = isGrouped(roots)
        return roots.enumerated().map { host, root in
            guard isGrouped[host] else { return root }
            let means = distances.means(of: host, to: roots) { isGrouped[$0] }
            guard let best = means.first, let own = means.first(where: { $0.root == root }) else { return root }
            return best.level + margin <= own.level ? best.root : root
        }
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
    private static func roots(_ pairs: [HostPair], hosts: Int, _ limit: EchoLevel) -> [Int] {
        var parts = HostParts(count: hosts)
        for pair in pairs { parts.add(pair.a, pair.b, pair.level) }
        parts.join(below: limit)
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

    /// Where two have heard each other the mean counts: one of them may have asked before the link between was full.
    private static func pairs(_ hosts: [PlanInputs.Host], _ sightings: [PlaceSighting]) -> [HostPair] {
        var levels: [Int: (sum: Int, count: Int)] = [:]
        for sighting in sightings {
            for echo in sighting.echoes {
                let (one, other) = (hosts[sighting.observer], hosts[echo.place])
                guard one.rack.isEmpty, other.rack.isEmpty, one.site == other.site, echo.place != sighting.observer
                else { continue }
                let (low, high) = (min(sighting.observer, echo.place), max(sighting.observer, echo.place))
                let pair = low * hosts.count + high
                levels[pair, default: (0, 0)].sum += Int(echo.level.rawValue)
                levels[pair]!.count += 1
            }
        }
        return levels.sorted { $0.key < $1.key }.map { pair, heard in
            HostPair(
                a: pair / hosts.count, b: pair % hosts.count,
                level: EchoLevel(rawValue: UInt8(clamping: heard.sum / heard.count)))
        }
    }

    /// How well groups explain what was heard, in hundredths: the lesser of the shares of pairs within groups that are near
    /// and of pairs between groups that are far. Delays that have nothing to do with places agree with no groups.
    private static func agreement(_ pairs: [HostPair], _ limit: EchoLevel, _ isNear: (Int, Int) -> Bool) -> Int {
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
