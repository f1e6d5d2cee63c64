import Basics
import Pipeline
import Testing

/// A network with the rate that is known for it.
struct LowerBoundCase: Sendable, CustomTestStringConvertible {
    let number: Int
    var network: BoundNetwork
    let rate: Double

    var testDescription: String { "network \(number)" }
    var isOfOneSource: Bool { network.parts.count == 1 && network.hosts.count { !$0.held.isEmpty } == 1 }

    /// All cases of ``LowerBoundFixtures``.
    static let all: [LowerBoundCase] = {
        var cases: [LowerBoundCase] = []
        var lines: [[Substring]] = []
        for line in LowerBoundFixtures.text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words[0] == "network", !lines.isEmpty {
                cases.append(LowerBoundCase(number: cases.count, lines: lines))
                lines = []
            }
            lines.append(words)
        }
        return cases + [LowerBoundCase(number: cases.count, lines: lines)]
    }()

    private init(number: Int, lines: [[Substring]]) {
        var groups: [BoundNetwork.Group] = []
        var hosts: [BoundNetwork.Host] = []
        for words in lines {
            switch words[0] {
            case "site": groups.append(BoundNetwork.Group(up: Double(words[1]), down: Double(words[2])))
            case "rack":
                groups.append(BoundNetwork.Group(up: Double(words[2]), down: Double(words[3]), parent: Int(words[1])))
                for word in words[5...] {
                    let rates = word.split(separator: "/").map { Double($0) }
                    hosts.append(BoundNetwork.Host(up: rates[0], down: rates[1], group: groups.count - 1))
                }
            default: break
            }
        }
        var parts: [Double] = []
        for word in lines[0][2...] {
            let pieces = word.split(separator: "@")
            for holder in pieces[1].split(separator: ",") { hosts[Int(holder) ?? 0].held.insert(parts.count) }
            parts.append(Double(pieces[0]) ?? 0)
        }
        self.number = number
        network = BoundNetwork(hosts: hosts, groups: groups, parts: parts)
        rate = Double(lines[0][1]) ?? 0
    }
}

extension BoundNetwork {
    /// A random network of sites with racks, for properties that hold for all.
    static func random(_ random: inout RandomSource) -> BoundNetwork {
        var groups: [Group] = []
        var hosts: [Host] = []
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            groups.append(
                Group(up: .random(in: 0.3...3, using: &random), down: .random(in: 0.3...3, using: &random)))
            let site = groups.count - 1
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                groups.append(
                    Group(
                        up: .random(in: 0.3...3, using: &random), down: .random(in: 0.3...3, using: &random),
                        parent: site))
                for _ in 0..<Int.random(in: 1...5, using: &random) {
                    hosts.append(
                        Host(
                            up: .random(in: 0.1...4, using: &random), down: .random(in: 0.5...4, using: &random),
                            group: groups.count - 1))
                }
            }
        }
        hosts[Int.random(in: hosts.indices, using: &random)].held = [0]
        return BoundNetwork(hosts: hosts, groups: groups)
    }

    /// The usual formula, which is at least the true rate: the source's up, everybody's down, all uplinks shared by all,
    /// and each cut crossed once.
    var usualFormula: Double {
        let receivers = hosts.filter { $0.held.isEmpty }
        guard let source = hosts.first(where: { !$0.held.isEmpty }), !receivers.isEmpty else { return .infinity }
        let ups = hosts.reduce(0) { $0 + ($1.up ?? .infinity) }
        var rate = min(source.up ?? .infinity, ups / Double(receivers.count))
        for host in receivers { rate = min(rate, host.down ?? .infinity) }
        for (place, group) in groups.enumerated() {
            let inside = hosts.count { contains(place, $0.group) }
            if inside == 0 || inside == hosts.count { continue }
            rate = min(rate, (contains(place, source.group) ? group.up : group.down) ?? .infinity)
        }
        return rate
    }

    private func contains(_ outer: Int, _ group: Int?) -> Bool {
        var place = group
        while let inner = place {
            if inner == outer { return true }
            place = groups[inner].parent
        }
        return false
    }
}
