/// The time below which no distribution over a network can get, whoever sends what to whom.
///
/// Hosts can copy, links and switches cannot. The largest rate at which everybody can be fed is found by bisection, with
/// one pass from the leaves of the tree up for each rate tried (``LowerBoundPass``). With one source it equals the linear
/// program over all ways to relay; with several sources or parts it stays a bound and may be below the best possible.
///
/// The bound of one host is not about that host alone (everybody else could wait for it) but about those that are as fast
/// as it: the last of them cannot be done sooner.
public enum LowerBound {
    /// The largest rate at which every host that lacks something can get what it lacks, in steady flow and without
    /// regard to when hosts start: all bytes over this rate is the time of the last. Nil: nothing limits it.
    public static func rate(_ network: BoundNetwork) -> Double? {
        let receivers = network.hosts.indices.filter { network.need(ofHost: $0) > 0 }
        var rate = LowerBoundPass(network: network, receivers: receivers).rate()
        for host in receivers { rate = min(rate, (network.hosts[host].down ?? .infinity) / network.need(ofHost: host)) }
        return rate.isFinite ? rate : nil
    }

    /// Host by host, the seconds from the start until it can have everything: 0 for a host that holds everything, or
    /// that nothing limits; infinite where something cannot arrive.
    ///
    /// A host whose own link or late start takes longer than the network needs for all faster ones slows nobody: the
    /// faster ones are bounded as if it wanted nothing (it still relays), and it by itself. Who holds some parts already
    /// has the bound of the others of its speed: none of them need wait for it, but it may have to wait for them.
    ///
    /// - Parameter bytes: all that is to be distributed; a host gets its ``BoundNetwork/need(ofHost:)`` of them.
    public static func seconds(_ network: BoundNetwork, bytes: Double) -> [Double] {
        var seconds = [Double](repeating: 0, count: network.hosts.count)
        guard bytes > 0 else { return seconds }
        let classes = speedClasses(network, bytes: bytes)
        var pass = LowerBoundPass(network: network, receivers: classes.flatMap(\.hosts))
        var first = 0
        // What the network needs for the classes from `first` on, if their own links were no limit.
        var shared = bytes / pass.rate()
        while first < classes.count {
            let isAlone = classes[first].own >= shared
            var end = first
            repeat {
                for host in classes[end].hosts {
                    seconds[host] = max(classes[end].own, isAlone ? 0 : shared)
                    pass.remove(host)
                }
                end += 1
                // Without the slower ones the network needs no longer, so what binds itself now will do so then.
            } while isAlone && end < classes.count && classes[end].own >= shared
            let others = end < classes.count ? bytes / pass.rate() : 0
            if !isAlone, classes[first].own <= others * (1 + 1e-9) {
                // Leaving the slowest out would not have the others done before it: they are bound together.
                for host in classes[end...].flatMap(\.hosts) { seconds[host] = shared }
                return seconds
            }
            first = end
            shared = others
        }
        return seconds
    }

    /// Hosts whose links and starts are alike.
    private struct SpeedClass {
        let hosts: [Int]
        /// What the own links of these and of all faster ones take for what they lack, the longest of them.
        let own: Double
    }

    /// The hosts that lack something, the slowest class first.
    private static func speedClasses(_ network: BoundNetwork, bytes: Double) -> [SpeedClass] {
        var byTime: [Double: [Int]] = [:]
        for (number, host) in network.hosts.enumerated() where network.need(ofHost: number) > 0 {
            byTime[host.start + bytes / (host.down ?? .infinity), default: []].append(number)
        }
        var own = 0.0
        var classes: [SpeedClass] = []
        for (_, hosts) in byTime.sorted(by: { $0.key < $1.key }) {
            for number in hosts {
                let host = network.hosts[number]
                own = max(own, host.start + network.need(ofHost: number) * bytes / (host.down ?? .infinity))
            }
            classes.append(SpeedClass(hosts: hosts, own: own))
        }
        return classes.reversed()
    }
}
