import Basics

/// Three hosts of a topology (two where there are no more) over which a relay is measured, and what limits it there.
struct RelayPath: Hashable, Sendable {
    /// Places in ``Topology/hosts``: the source, a relay, the sink.
    let hosts: [Int]
    /// The least declared rate on the way, in bits per second; nil: nothing is shaped.
    let rate: Int64?

    /// Hosts of one rack with the most common link, so that one link's behaviour is measured and not a bottleneck's.
    init?(_ topology: Topology) {
        guard topology.hosts.count >= 2 else { return nil }
        let late = Set(topology.joins.map(\.host))
        var best: [Int] = []
        for site in topology.sites {
            for rack in site.racks {
                let present = rack.hosts.filter { !late.contains($0) }
                let counts = Dictionary(present.map { (topology.hosts[$0].link, 1) }, uniquingKeysWith: +)
                let link = present.map { topology.hosts[$0].link }.max { counts[$0] ?? 0 < counts[$1] ?? 0 }
                let alike = Array(present.filter { topology.hosts[$0].link == link }.prefix(3))
                if alike.count > best.count { best = alike }
            }
        }
        if best.count < 2 { best = Array(topology.hosts.indices.filter { !late.contains($0) }.prefix(3)) }
        guard best.count >= 2 else { return nil }
        hosts = best
        rate = zip(best, best.dropFirst()).compactMap { Self.rate(from: $0, to: $1, topology) }.min()
    }

    private static func rate(from: Int, to: Int, _ topology: Topology) -> Int64? {
        let (a, b) = (topology.hosts[from], topology.hosts[to])
        var rates = [a.link.up, b.link.down]
        if a.site != b.site || a.rack != b.rack {
            rates += [
                topology.sites[a.site].racks[a.rack].uplink.up, topology.sites[b.site].racks[b.rack].uplink.down,
            ]
        }
        if a.site != b.site { rates += [topology.sites[a.site].wan.up, topology.sites[b.site].wan.down] }
        return rates.compactMap { $0?.bitsPerSecond }.min()
    }
}
