/// The nodes of a network, hosts first and then groups, with what the planner asks of them again and again.
///
/// A host is a group of one: it has to be entered once in each stripe and can be left as often as its uplink allows, so
/// the same rules hold at every level.
struct PlanTree {
    let hostCount: Int
    let groupCount: Int
    /// By node; the root's is itself.
    let parent: [Int]
    let up: [Int]
    let down: [Int]
    /// The members of each group, fastest uplink first.
    let members: [[Int]]
    /// Hosts in it that lack the image and take part in all stripes, at any depth.
    private(set) var receivers: [Int]
    let isHolder: [Bool]
    /// Hosts that take part in some stripes only; for each the outermost group of such hosts alone that it is in, or
    /// itself: those of one group take part in the same stripes, so that each has to enter it once.
    private(set) var partial: [Int: Int] = [:]
    /// Of these, who does not take part in more stripes than it can pass on.
    let paysItsWay: [Bool]
    /// Holders in the order of a walk through the tree, so that those of one group are neighbours.
    let holders: [Int]

    var nodeCount: Int { hostCount + groupCount }
    var root: Int { hostCount }

    init(_ network: PlanNetwork) {
        let hostCount = network.hosts.count
        self.hostCount = hostCount
        groupCount = network.groups.count
        parent = network.hosts.map { hostCount + $0.group } + network.groups.map { hostCount + $0.parent }
        let rates = network.hosts.map(\.up) + network.groups.map(\.up)
        up = rates
        down = network.hosts.map(\.down) + network.groups.map(\.down)
        var members = [[Int]](repeating: [], count: network.groups.count)
        for (host, value) in network.hosts.enumerated() { members[value.group].append(host) }
        for (group, value) in network.groups.enumerated().dropFirst() {
            members[value.parent].append(hostCount + group)
        }
        for group in members.indices {
            members[group].sort { rates[$0] != rates[$1] ? rates[$0] > rates[$1] : $0 < $1 }
        }
        self.members = members
        isHolder = network.hosts.map(\.isHolder)
        paysItsWay = network.hosts.map(\.paysItsWay)
        receivers = network.hosts.map { $0.isHolder ? 0 : 1 } + [Int](repeating: 0, count: network.groups.count)
        var holders: [Int] = []
        var open = [hostCount]
        while let node = open.popLast() {
            if node < hostCount {
                if network.hosts[node].isHolder { holders.append(node) }
            } else {
                open += members[node - hostCount].reversed()
            }
        }
        self.holders = holders
        for host in 0..<hostCount where network.hosts[host].isPartial && !isHolder[host] { receivers[host] = 0 }
        for host in 0..<hostCount { receivers[parent[host]] += receivers[host] }
        for node in (hostCount..<hostCount + network.groups.count).dropFirst().reversed() {
            receivers[parent[node]] += receivers[node]
        }
        for host in 0..<hostCount where network.hosts[host].isPartial && !isHolder[host] {
            var node = host
            while node != hostCount, receivers[parent[node]] == 0 { node = parent[node] }
            partial[host] = node
        }
    }

    func isHost(_ node: Int) -> Bool { node < hostCount }
    func members(of node: Int) -> [Int] { members[node - hostCount] }
}
