import Basics

/// The order in which a chain visits the hosts of a topology.
package enum HostOrder {
    /// The source, the rest of its rack, the other racks of its site, then site after site, rack after rack: each link
    /// of a rack or a site is crossed once each way.
    package static func chain(from source: Int, to targets: [Int], in topology: Topology) -> [Int] {
        let first = topology.hosts[source]
        func key(_ host: Int) -> (Int, Int, Int, Int, Int) {
            let place = topology.hosts[host]
            return (
                place.site == first.site ? 0 : 1, place.site,
                place.site == first.site && place.rack == first.rack ? 0 : 1, place.rack, host
            )
        }
        return [source] + targets.filter { $0 != source }.sorted { key($0) < key($1) }
    }

    /// The lowest rate that something sent once from a host to all the others meets, in bits per second; nil: none.
    package static func multicastRate(from source: Int, in topology: Topology) -> Int64? {
        let first = topology.hosts[source]
        var rates = [first.link.up]
        rates += topology.hosts.filter { $0.index != source }.map(\.link.down)
        for (siteNumber, site) in topology.sites.enumerated() {
            if topology.sites.count > 1 { rates.append(siteNumber == first.site ? site.wan.up : site.wan.down) }
            for (rackNumber, rack) in site.racks.enumerated() {
                let isOwn = siteNumber == first.site && rackNumber == first.rack
                if isOwn, rack.hosts.count == topology.hosts.count { continue }
                rates.append(isOwn ? rack.uplink.up : rack.uplink.down)
            }
        }
        return rates.compactMap { $0?.bitsPerSecond }.min()
    }
}
