/// Tries rates on a network: sums over hosts that stay the same for all rates, and the pass from the leaves up.
///
/// With R bytes a second of everything, a receiver needs R times what it lacks and any host gives its `up`. A group with
/// the needs D and gives C of its members has to let in the larger of what nobody inside holds and D + out − C, where out
/// is what only its members hold; it can give the smaller of its `up` and C − D + what it lets in. At the root the gives
/// must cover the needs.
///
/// In any distribution what leaves a group less what enters it is at most gives less needs of its members, since a
/// transfer inside counts on both sides; so each figure of the pass bounds every distribution, with any number of sources.
struct LowerBoundPass {
    /// Hosts that are the first to hold some parts. These bytes leave the set at least once.
    private struct Holders {
        let hosts: Set<Int>
        /// The share of all bytes that nobody else holds.
        let share: Double
        let up: Double
        var receivers = 0
    }

    /// A group, with the hosts directly in it.
    private struct Node {
        var up: Double = .infinity
        var down: Double = .infinity
        /// A place in `nodes`; the root's own is not used.
        var parent = 0
        /// Of the hosts directly in it: what the receivers lack, as shares of everything, and what all can send.
        var needs: Double = 0
        var gives: Double = 0
        /// Receivers in it and in the groups inside it.
        var receivers = 0
        /// The shares of everything that nobody inside holds, and that only hosts inside hold.
        var lacked: Double = 0
        var sole: Double = 0
    }

    /// A rate that no link has; what passes with it is unlimited.
    private static let unlimited = 1e15
    /// Comparisons allow for rounding of sums over many hosts; the slack is relative to the rate tried.
    private static let slack = 1e-9

    private let network: BoundNetwork
    /// The root, then the groups in their order: every group comes after the one that it is in.
    private var nodes: [Node]
    private var holders: [Holders] = []

    init(network: BoundNetwork, receivers: [Int]) {
        self.network = network
        nodes = [Node()]
        for group in network.groups {
            nodes.append(
                Node(
                    up: group.up ?? .infinity, down: group.down ?? .infinity,
                    parent: group.parent.map { $0 + 1 } ?? 0))
        }
        for host in network.hosts { nodes[Self.node(of: host)].gives += host.up ?? .infinity }
        setHolders()
        for host in receivers { count(host, as: 1) }
    }

    /// From now on the host wants nothing; it still gives.
    mutating func remove(_ receiver: Int) { count(receiver, as: -1) }

    private mutating func count(_ receiver: Int, as sign: Int) {
        var place = Self.node(of: network.hosts[receiver])
        nodes[place].needs += Double(sign) * network.need(ofHost: receiver)
        nodes[place].receivers += sign
        while place != 0 {
            place = nodes[place].parent
            nodes[place].receivers += sign
        }
        guard !network.hosts[receiver].held.isEmpty else { return }
        for place in holders.indices where holders[place].hosts.contains(receiver) { holders[place].receivers += sign }
    }

    private static func node(of host: BoundNetwork.Host) -> Int { host.group.map { $0 + 1 } ?? 0 }

    /// Who holds what: for the sets of holders, and for the groups around them.
    private mutating func setHolders() {
        var byPart = [Set<Int>](repeating: [], count: network.parts.count)
        for (number, host) in network.hosts.enumerated() where !host.held.isEmpty {
            for part in host.held { byPart[part].insert(number) }
        }
        for place in nodes.indices { nodes[place].lacked = network.parts.reduce(0, +) }
        for (part, hosts) in byPart.enumerated() {
            var inside: [Int: Int] = [:]
            for host in hosts {
                var place = Self.node(of: network.hosts[host])
                inside[place, default: 0] += 1
                while place != 0 {
                    place = nodes[place].parent
                    inside[place, default: 0] += 1
                }
            }
            for (place, count) in inside {
                nodes[place].lacked -= network.parts[part]
                if count == hosts.count { nodes[place].sole += network.parts[part] }
            }
        }
        for hosts in Set(byPart + [byPart.reduce([]) { $0.union($1) }]) {
            let share = byPart.indices.reduce(0) { byPart[$1].isSubset(of: hosts) ? $0 + network.parts[$1] : $0 }
            holders.append(
                Holders(hosts: hosts, share: share, up: hosts.reduce(0) { $0 + (network.hosts[$1].up ?? .infinity) }))
        }
    }

    /// The largest rate that passes, without regard to the receivers' own downlinks; infinite when nothing limits it.
    func rate() -> Double {
        guard nodes[0].receivers > 0 else { return .infinity }
        var high = Self.unlimited
        for set in holders where set.share > 0 && set.receivers < nodes[0].receivers {
            high = min(high, set.up / set.share)
        }
        var needs: [Double] = []
        var gives: [Double] = []
        if isPossible(high, &needs, &gives) { return high < Self.unlimited ? high : .infinity }
        var low: Double = 0
        // Enough steps to find any rate a link can have, and no more where the answer is zero.
        for _ in 0..<160 where high - low > high * 1e-12 {
            let middle = (low + high) / 2
            if isPossible(middle, &needs, &gives) { low = middle } else { high = middle }
        }
        return low > 0 ? high : 0
    }

    /// One pass; the arrays are scratch space.
    private func isPossible(_ rate: Double, _ needs: inout [Double], _ gives: inout [Double]) -> Bool {
        let slack = rate * Self.slack
        needs.removeAll(keepingCapacity: true)
        gives.removeAll(keepingCapacity: true)
        for node in nodes {
            needs.append(node.needs * rate)
            gives.append(node.gives)
        }
        for place in nodes.indices.dropFirst().reversed() {
            let node = nodes[place]
            let out = nodes[0].receivers > node.receivers ? node.sole * rate : 0
            let lacked = node.receivers > 0 ? node.lacked * rate : 0
            let enters = max(lacked, needs[place] + out - gives[place])
            guard enters <= node.down + slack, node.up >= out - slack else { return false }
            needs[node.parent] += enters
            gives[node.parent] += min(node.up, gives[place] - needs[place] + enters)
        }
        return nodes[0].lacked * rate <= slack && needs[0] <= gives[0] + slack
    }
}
