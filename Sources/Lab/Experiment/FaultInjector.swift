import Basics
import Glibc

/// Lets the events of a plan happen to an emulated network.
struct FaultInjector: Sendable {
    let lab: LabRun
    let topology: Topology
    let record: LabRecord
    let plan: NetworkPlan

    /// Carries out one action; a cut is undone by ``heal(_:)``.
    ///
    /// - Parameter number: the entry's place in the plan, which names the rules of a cut.
    /// - Returns: what happened, for people.
    func carryOut(_ action: EventPlan.Action, number: Int) async throws(SkeinError) -> String {
        switch action {
        case .kill(let host):
            signal(host, SIGKILL)
            return "\(record.hosts[host].name) was killed"
        case .stop(let host):
            signal(host, SIGSTOP)
            return "\(record.hosts[host].name) was stopped"
        case .cut(let sides, let time):
            try await nft(Self.rules(number: number, sides: sides.map { $0.map { plan.hosts[$0].address } }))
            let until = time.map { " for \($0 / .seconds(1)) s" } ?? ""
            return "\(sides[0].count) hosts were cut off from \(sides.dropFirst().reduce(0) { $0 + $1.count })\(until)"
        case .shape(let link, let shape):
            for (namespace, lines) in plan.reshaping(link, shape, topology) {
                try await NetworkTool.tc.batch(lines, in: namespace, doing: "changing a link")
            }
            return "a link has other rates"
        }
    }

    /// Ends a cut.
    func heal(number: Int) async throws(SkeinError) {
        try await nft("delete table bridge cut\(number)\n")
    }

    /// The process of a host's peer, also one that started later.
    private func signal(_ host: Int, _ signal: Int32) {
        let current = lab.registry.read(record.name) ?? record
        if let process = current.hosts[host].process, LabRun.isRunning(process, record.hosts[host].namespace) {
            _ = kill(process, signal)
        }
    }

    /// Frames between hosts of different sides are dropped by every bridge of the lab.
    static func rules(number: Int, sides: [[String]]) -> String {
        var lines = ["table bridge cut\(number) {"]
        for (place, side) in sides.enumerated() {
            lines.append("  set side\(place) { type ipv4_addr; elements = { \(side.joined(separator: ", ")) } }")
        }
        lines.append("  chain cut {")
        lines.append("    type filter hook forward priority 0; policy accept;")
        for from in sides.indices {
            for to in sides.indices where to != from {
                lines.append("    ip saddr @side\(from) ip daddr @side\(to) drop")
            }
        }
        lines.append("  }")
        lines.append("}")
        return lines.joined(separator: "\n") + "\n"
    }

    private func nft(_ rules: String) async throws(SkeinError) {
        let doing = "cutting links"
        guard let nft = Tool.find("nft") else {
            throw SkeinError(
                .resources, doing: doing, cause: "the program nft is not installed",
                next: "install the package nftables")
        }
        let answer = try await Tool.run(
            "ip", ["netns", "exec", plan.coreNamespace, nft, "-f", "-"], input: rules, doing: doing)
        guard answer.status == 0 else {
            throw SkeinError(.tool, doing: doing, cause: "nft: \(Tool.lastLines(answer.errors, count: 3))")
        }
    }
}
