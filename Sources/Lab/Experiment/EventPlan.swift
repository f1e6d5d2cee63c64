import Basics

/// The events of a topology with everything random decided by their seeds: what happens, to whom, at which moment.
///
/// Emulation and simulation take the same plan, so the same hosts die in both.
package struct EventPlan: Hashable, Sendable {
    package struct Entry: Hashable, Sendable {
        package let moment: TopologyEvent.Moment
        package let action: Action
    }

    package enum Action: Hashable, Sendable {
        /// Places in ``Topology/hosts``.
        case kill(Int)
        case stop(Int)
        /// No host of one side reaches a host of another. Nil: until the end.
        case cut(sides: [[Int]], Duration?)
        case shape(TopologyEvent.Link, LinkShape)
    }

    /// In the order of the file.
    package let entries: [Entry]

    /// - Parameter seed: added to the seeds of the file, so that repeats can differ; 0 gives what the file says.
    package init(_ topology: Topology, seed: UInt64 = 0) {
        var entries: [Entry] = []
        for (number, event) in topology.events.enumerated() {
            var random = RandomSource(seed: event.seed &+ seed &+ UInt64(number) &* 0x9E37_79B9)
            switch event.action {
            case .kill(let target):
                for host in Self.hosts(target, topology, &random) {
                    entries.append(Entry(moment: Self.moment(event.occasion, &random), action: .kill(host)))
                }
            case .stop(let target):
                for host in Self.hosts(target, topology, &random) {
                    entries.append(Entry(moment: Self.moment(event.occasion, &random), action: .stop(host)))
                }
            case .partition(let groups, let time):
                var sides = groups.map { Self.members($0, topology) }
                if sides.count == 1 {
                    let inside = Set(sides[0])
                    sides.append(topology.hosts.indices.filter { !inside.contains($0) })
                }
                entries.append(Entry(moment: Self.moment(event.occasion, &random), action: .cut(sides: sides, time)))
            case .shape(let link, let shape):
                entries.append(Entry(moment: Self.moment(event.occasion, &random), action: .shape(link, shape)))
            }
        }
        self.entries = entries
    }

    /// The hosts that are killed or stopped at some time.
    package var victims: Set<Int> {
        var victims: Set<Int> = []
        for entry in entries {
            switch entry.action {
            case .kill(let host), .stop(let host): victims.insert(host)
            case .cut, .shape: break
            }
        }
        return victims
    }

    private static func members(_ group: TopologyEvent.Group, _ topology: Topology) -> [Int] {
        switch group {
        case .site(let site): topology.hosts.indices.filter { topology.hosts[$0].site == site }
        case .rack(let site, let rack): Array(topology.sites[site].racks[rack].hosts)
        }
    }

    private static func hosts(
        _ target: TopologyEvent.Target, _ topology: Topology, _ random: inout RandomSource
    ) -> [Int] {
        switch target {
        case .host(let host): return [host]
        case .source: return topology.sources
        case .share(let share, let includesSources):
            let sources = Set(topology.sources + topology.images.flatMap(\.sources))
            let late = Set(topology.joins.map(\.host))
            let eligible = topology.hosts.indices.filter {
                (includesSources || !sources.contains($0)) && !late.contains($0)
            }
            let count = min(eligible.count, max(1, Int((share * Double(topology.hosts.count)).rounded())))
            return Array(eligible.shuffled(using: &random).prefix(count)).sorted()
        }
    }

    private static func moment(_ occasion: TopologyEvent.Occasion, _ random: inout RandomSource)
        -> TopologyEvent.Moment
    {
        switch occasion {
        case .at(let moment): return moment
        case .between(let from, let to):
            let part = Double.random(in: 0...1, using: &random)
            switch (from, to) {
            case (.time(let from), .time(let to)): return .time(from + (to - from) * part)
            case (.delivered(let from), .delivered(let to)): return .delivered(from + (to - from) * part)
            case (.copies(let from), .copies(let to)): return .copies(from + Int(Double(to - from) * part))
            case (.time, _), (.delivered, _), (.copies, _): return from
            }
        }
    }
}
