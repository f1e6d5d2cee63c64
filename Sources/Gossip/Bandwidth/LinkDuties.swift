public import Basics

/// Which shared links a host measures, and in which turns: a function of who is present and of their labels alone, so
/// that everybody comes to the same without a word.
///
/// The hosts of lowest name measure: three of each site when there are several sites, two of each rack in a site of
/// several racks. Racks of different sites share no link, and their turns are the same; all that crosses sites has turns
/// of its own.
public struct LinkDuties: Hashable, Sendable {
    public struct Duty: Hashable, Sendable {
        public let link: LinkObservations.Link
        public let turn: Int
    }

    /// Near links first: what a far one shows is at most what a near one carries.
    public let all: [Duty]
    /// The turns of the whole group.
    public let turnCount: Int

    public static let none = LinkDuties(all: [], turnCount: 0)

    private init(all: [Duty], turnCount: Int) {
        self.all = all
        self.turnCount = turnCount
    }

    /// - Parameter hosts: those present, this one included, in any order.
    public init(of own: PeerID, among hosts: [LinkHost]) {
        let labelled = hosts.filter { !$0.site.isEmpty }
        let sites = Dictionary(grouping: labelled, by: \.site)
        let names = sites.keys.sorted()
        let rackNames = sites.mapValues { Set($0.map(\.rack)).subtracting([""]).sorted() }
        let mostRacks = names.map { rackNames[$0]!.count }.max() ?? 0
        let rackTurns = mostRacks > 1 ? mostRacks * LinkLimits.rackObservers : 0
        let siteTurns = names.count > 1 ? names.count * LinkLimits.siteObservers : 0
        turnCount = rackTurns + siteTurns
        guard let host = labelled.first(where: { $0.peer == own }) else {
            all = []
            return
        }
        /// The place of this host among the lowest of some.
        func place(among hosts: [LinkHost], of count: Int) -> Int? {
            let place = hosts.count { $0.peer < own }
            return place < count ? place : nil
        }
        var all: [Duty] = []
        let racks = rackNames[host.site]!
        let near = sites[host.site]!
        if racks.count > 1, let rack = racks.firstIndex(of: host.rack),
            let place = place(among: near.filter { $0.rack == host.rack }, of: LinkLimits.rackObservers)
        {
            all.append(
                Duty(
                    link: .rack(site: host.site, rack: host.rack),
                    turn: rack * LinkLimits.rackObservers + place))
        }
        if names.count > 1, let place = place(among: near, of: LinkLimits.siteObservers),
            let site = names.firstIndex(of: host.site)
        {
            let turn = rackTurns + site * LinkLimits.siteObservers + place
            let others = names.filter { $0 != host.site }
            // With two sites the link of a site is the way to the other, and is not measured twice.
            if others.count > 1 { all.append(Duty(link: .site(host.site), turn: turn)) }
            // Of many sites each observer takes some, and those of the other side begin elsewhere.
            let first = others.count > LinkLimits.pairs ? site + place * LinkLimits.pairs : 0
            for step in 0..<min(LinkLimits.pairs, others.count) {
                all.append(Duty(link: .pair(host.site, others[(first + step) % others.count]), turn: turn))
            }
        }
        self.all = all
    }

    /// How long it is until bursts may begin in a turn; zero while they may.
    ///
    /// - Parameter wall: since 1970.
    public func wait(for turn: Int, wall: Duration) -> Duration {
        let length = LinkLimits.turn.wholeNanoseconds
        let cycle = Int64(max(1, turnCount)) * length
        let place = max(0, wall.wholeNanoseconds) % cycle
        let start = Int64(turn) * length
        if place >= start, place < start + LinkLimits.begin.wholeNanoseconds { return .zero }
        return .nanoseconds(place < start ? start - place : start + cycle - place)
    }
}
