import Basics
import Lab
import Synchronization

/// One simulation and what was said while it ran.
final class SimulatedStory: Sendable {
    private let said = Mutex<[(seconds: Double, text: String)]>([])

    /// What happened to the network and when, in seconds after the order.
    var events: [(seconds: Double, text: String)] { said.withLock { $0 } }

    func run(_ topology: Topology, _ options: SimulationOptions = SimulationOptions()) throws -> RunReport {
        try SimulationRun.run(topology, options: options) { progress in
            if case .event(let seconds, let text) = progress { self.said.withLock { $0.append((seconds, text)) } }
        }
    }

    static func run(_ topology: Topology, seed: UInt64 = 0, gossip: SimulationOptions.Gossip = .on) throws -> RunReport
    {
        var options = SimulationOptions()
        options.seed = seed
        options.gossip = gossip
        return try SimulationRun.run(topology, options: options)
    }

    // MARK: Networks

    /// Hosts h0, h1, … of one rack with 80 Mbit/s, and an image of 8 MiB unless `rest` has one.
    static func flat(_ rest: String = "", hosts: Int = 5) throws -> Topology {
        try Topology.parse(
            """
            name: flat
            sites: [{name: lan, racks: [{name: r, hosts: \(hosts), link: {up: 80Mbit, down: 80Mbit}}]}]
            \(withImage(rest))
            """, file: "flat.yaml")
    }

    /// Two racks of three hosts (a0 … b2) whose uplinks are as fast as their hosts.
    static func racks(_ rest: String = "") throws -> Topology {
        let shape = "link: {up: 80Mbit, down: 80Mbit}, uplink: {up: 80Mbit, down: 80Mbit}"
        return try Topology.parse(
            """
            name: racks
            sites:
              - name: lan
                racks: [{name: a, hosts: [a0, a1, a2], \(shape)}, {name: b, hosts: [b0, b1, b2], \(shape)}]
            \(withImage(rest))
            """, file: "racks.yaml")
    }

    /// Two sites of three hosts (a0 … b2) over a thin wide-area link with a delay.
    static func sites(_ rest: String = "", delay: String = "0ms") throws -> Topology {
        func site(_ name: String) -> String {
            """
              - name: \(name)
                wan: {up: 40Mbit, down: 40Mbit, delay: \(delay)}
                racks: [{name: r, hosts: [\(name)0, \(name)1, \(name)2], link: {up: 80Mbit, down: 80Mbit}}]
            """
        }
        return try Topology.parse(
            "name: sites\nsites:\n\(site("a"))\n\(site("b"))\n\(withImage(rest))\n", file: "sites.yaml")
    }

    private static func withImage(_ rest: String) -> String {
        rest.contains("image") ? rest : "image: {size: 8MiB}\n\(rest)"
    }
}

extension RunReport {
    /// Without what depends on this machine.
    var timeless: RunReport {
        var report = self
        report.simulation?.wall = 0
        report.runs = runs?.map(\.timeless)
        return report
    }

    func host(_ name: String) -> HostResult? { hostsDetail.first { $0.host == name } }
    var isWhole: Bool { survivors > 0 && identical == survivors }
}
