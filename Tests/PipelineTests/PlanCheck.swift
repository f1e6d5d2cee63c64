import Basics
import Pipeline
import Testing

/// What every plan has to keep, whatever the network.
struct PlanCheck {
    let network: PlanNetwork
    let plan: StripedPlan

    /// The groups that a host is in, from the inside out, without the root.
    func groups(of host: Int) -> [Int] {
        var result: [Int] = []
        var group = network.hosts[host].group
        while group != 0 {
            result.append(group)
            group = network.groups[group].parent
        }
        return result
    }

    /// What is wrong with the plan; empty when nothing is.
    func faults() -> [String] {
        var faults: [String] = []
        var sent = [Int](repeating: 0, count: network.hosts.count)
        var left = [Int](repeating: 0, count: network.groups.count)
        var entered = left
        var received = sent
        for (stripe, tree) in plan.trees.enumerated() {
            for host in network.hosts.indices {
                let parent = Int(tree.parents[host])
                if network.hosts[host].isHolder {
                    if parent >= 0 { faults.append("a holder has a parent in stripe \(stripe)") }
                    continue
                }
                guard parent >= 0 else {
                    if network.hosts[host].isPartial { continue }
                    faults.append("host \(host) gets nothing in stripe \(stripe)")
                    continue
                }
                sent[parent] += 1
                received[host] += 1
                let (from, to) = (groups(of: parent), groups(of: host))
                for group in from where !to.contains(group) { left[group] += 1 }
                for group in to where !from.contains(group) { entered[group] += 1 }
                var steps = 0
                var above = parent
                while tree.parents[above] >= 0, steps <= network.hosts.count {
                    above = Int(tree.parents[above])
                    steps += 1
                }
                if !network.hosts[above].isHolder {
                    faults.append("host \(host) hangs on no holder in stripe \(stripe)")
                }
                if !tree.children(of: parent).contains(Int32(host)) {
                    faults.append("\(parent) does not know its child \(host)")
                }
            }
        }
        func fits(_ used: Int, _ rate: Int) -> Bool { used * plan.rate <= rate * plan.stripes }
        for (host, value) in network.hosts.enumerated() where !fits(sent[host], value.up) {
            faults.append(
                "host \(host) sends \(sent[host]) stripes of \(plan.stripes) at \(plan.rate) over \(value.up)")
        }
        for (host, value) in network.hosts.enumerated() where !fits(received[host], value.down) {
            faults.append("host \(host) gets \(received[host]) stripes of \(plan.stripes) over \(value.down)")
        }
        for (group, value) in network.groups.enumerated().dropFirst() {
            if !fits(left[group], value.up) { faults.append("group \(group) is left \(left[group]) times") }
            if !fits(entered[group], value.down) { faults.append("group \(group) is entered \(entered[group]) times") }
        }
        return faults
    }
}

extension PlanNetwork {
    /// A network with rates in whole units of a millionth.
    init(_ bound: BoundNetwork) {
        func rate(_ value: Double?) -> Int { value.map { Int(($0 * 1e6).rounded()) } ?? PlanNetwork.unlimited }
        self.init(
            hosts: bound.hosts.map {
                Host(up: rate($0.up), down: rate($0.down), group: ($0.group ?? -1) + 1, isHolder: !$0.held.isEmpty)
            },
            groups: bound.groups.map { Group(up: rate($0.up), down: rate($0.down), parent: ($0.parent ?? -1) + 1) })
    }

    /// A random network of so many levels of groups, with hosts at every level.
    static func random(levels: Int, holders: Int, _ random: inout RandomSource) -> PlanNetwork {
        var groups: [Group] = []
        var open: [(parent: Int, level: Int)] = [(0, 0)]
        while let (parent, level) = open.popLast(), level < levels {
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                groups.append(
                    Group(
                        up: Int.random(in: 300_000...4_000_000, using: &random),
                        down: Int.random(in: 300_000...4_000_000, using: &random), parent: parent))
                open.append((groups.count, level + 1))
            }
        }
        // Parents first: what was opened last was continued first.
        let order = groups.indices.sorted { depth($0, groups) < depth($1, groups) }
        var place = [Int](repeating: 0, count: groups.count + 1)
        for (new, old) in order.enumerated() { place[old + 1] = new + 1 }
        let sorted = order.map { Group(up: groups[$0].up, down: groups[$0].down, parent: place[groups[$0].parent]) }
        var hosts = (0..<Int.random(in: 3...40, using: &random)).map { _ in
            Host(
                up: [250_000, 500_000, 1_000_000, 1_000_000, 2_000_000, 8_000_000].randomElement(using: &random)!,
                down: Int.random(in: 800_000...4_000_000, using: &random),
                group: Int.random(in: 0...groups.count, using: &random))
        }
        for _ in 0..<holders { hosts[Int.random(in: hosts.indices, using: &random)].isHolder = true }
        return PlanNetwork(hosts: hosts, groups: sorted)
    }

    private static func depth(_ group: Int, _ groups: [Group]) -> Int {
        var depth = 0
        var group = group
        while groups[group].parent != 0 {
            group = groups[group].parent - 1
            depth += 1
        }
        return depth
    }
}
