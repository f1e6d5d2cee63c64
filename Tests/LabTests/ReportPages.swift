import Basics
import Lab
import Testing

/// The pages that the tests look at: the cases in which layouts go wrong.
enum ReportPages {
    struct Page: Sendable, CustomTestStringConvertible {
        let name: String
        let source: String
        /// Names of hosts that must be on it, escaped.
        var hosts: [String] = []

        var testDescription: String { name }
    }

    static func all() throws -> [Page] {
        [
            try flat16(), try flat190(), try sites(), try racksWithFaults(), try repeated(), try tools(),
            try longNames(), hostile(), nothing(),
        ]
    }

    static func flat16() throws -> Page {
        let topology = try ReportSamples.topology(hosts: 16, rate: "100Mbit")
        let run = ReportSamples.run(topology, name: "flat-16", factor: 1.24, parents: 1, megabytes: 128)
        return Page(
            name: "flat-16", source: HTMLReport.page(run, topology: topology), hosts: topology.hosts.map(\.name))
    }

    static func flat190() throws -> Page {
        let topology = try ReportSamples.topology(hosts: 190, rate: "10Mbit")
        var run = ReportSamples.run(topology, name: "flat-190", factor: 1.05, parents: 8, megabytes: 32)
        run.idle = ReportSamples.idle
        run.warnings = ["the processors were 96 % busy: the figures say more about the machine than about the network"]
        return Page(
            name: "flat-190", source: HTMLReport.page(run, topology: topology), hosts: topology.hosts.map(\.name))
    }

    static func sites() throws -> Page {
        let topology = try ReportSamples.topology(sites: 3, hosts: 8)
        let run = ReportSamples.run(topology, name: "sites-3x8-wan", factor: 1.04, parents: 4, megabytes: 32)
        return Page(
            name: "sites-3x8", source: HTMLReport.page(run, topology: topology),
            hosts: topology.hosts.map(\.name))
    }

    static func racksWithFaults() throws -> Page {
        let topology = try ReportSamples.topology(racks: 4, hosts: 8)
        var run = ReportSamples.run(topology, name: "kill-30pct", factor: 1.2, losing: [4, 9, 17, 26])
        for host in [3, 5, 6, 10, 11, 12, 18, 27, 28, 30] {
            let at = 2.0 + Double(host * 37 % 11)
            run.stalls.append(
                Stall(
                    host: topology.hosts[host].name, at: at, seconds: 0.5 + Double(host % 5) * 0.6,
                    parent: topology.hosts[host - 1].name))
            if host % 3 == 0 { run.stalls.append(Stall(host: topology.hosts[host].name, at: at + 4, seconds: 0.6)) }
        }
        return Page(
            name: "racks-faults", source: HTMLReport.page(run, topology: topology),
            hosts: topology.hosts.map(\.name))
    }

    static func repeated() throws -> Page {
        let topology = try ReportSamples.topology(racks: 4, hosts: 8)
        let runs = (1...3).map { ReportSamples.run(topology, name: "racks-4x8", parents: 4, seed: UInt64($0)) }
        let median = RunReport.median(of: runs) ?? runs[0]
        return Page(name: "repeated", source: HTMLReport.page(median, topology: topology))
    }

    /// Five tools: one far off, two at the same time, one that lost hosts, one that has no figures.
    static func comparison() throws -> (report: ComparisonReport, topology: Topology) {
        let topology = try ReportSamples.topology(hosts: 16, rate: "100Mbit")
        var results: [RunReport] = []
        for (tool, factor) in [
            ("skein", 1.03), ("chain", 1.22), ("udpcast", 1.225), ("aria2", 2.17), ("libtorrent", 3.29), ("rsync", 8.5),
        ] {
            results.append(
                ReportSamples.run(
                    topology, name: "flat-16", tool: tool, factor: factor, parents: tool == "chain" ? 1 : 5,
                    megabytes: 128, seed: UInt64(results.count + 1)))
        }
        results[3].identical = 14
        results[3].ratio = nil
        for index in [13, 14] {
            results[3].hostsDetail[index].fate = .unfinished
            results[3].hostsDetail[index].finish = nil
        }
        return (
            ComparisonReport(
                name: "flat-16", description: topology.description, machine: ReportSamples.machine, results: results,
                skipped: [.init(tool: "bittornado", reason: "it is not installed; make bench-deps installs it")]),
            topology
        )
    }

    static func tools() throws -> Page {
        let (report, topology) = try comparison()
        return Page(name: "tools", source: HTMLReport.page(report, topology: topology))
    }

    static func longNames() throws -> Page {
        var topology = "name: long\nsites:\n  - name: a-data-center-with-quite-a-long-name\n    racks:\n"
        for rack in 0..<2 {
            topology += "      - name: the-second-row-rack-number-\(rack)\n"
            topology += "        uplink: {up: 40Mbit, down: 40Mbit}\n        link: {up: 40Mbit, down: 40Mbit}\n"
            topology += "        hosts:\n"
            for host in 0..<9 { topology += "          - storage-node-in-building-seven-unit-\(rack)-\(host)\n" }
        }
        let parsed = try Topology.parse(topology, file: "long.yaml")
        var run = ReportSamples.run(parsed, name: "long-names", tool: "a-tool-with-a-rather-long-name-2.0.1")
        run.stalls = [
            Stall(host: parsed.hosts[7].name, at: 3, seconds: 6, parent: parsed.hosts[2].name),
            Stall(host: parsed.hosts[8].name, at: 3, seconds: 0.5),
        ]
        return Page(name: "long-names", source: HTMLReport.page(run, topology: parsed), hosts: parsed.hosts.map(\.name))
    }

    static let hostileNames = [
        "<script>alert(1)</script>", "a&b\"c'd", "\u{1b}[31mred\u{0}", "]]>", "</svg></style>", "\u{202e}evil",
    ]

    /// What a report can hold that came from elsewhere.
    static func hostile() -> Page {
        var run = RunReport(
            name: "<b>\"name\"</b>", kind: .simulated, tool: "<i>&tool", hosts: 7, imageBytes: -1, storedBytes: 0)
        run.hostsDetail = [HostResult(host: "s", fate: .source)]
        for (index, name) in hostileNames.enumerated() {
            let finish = index == 0 ? Double.infinity : index == 1 ? .nan : Double(index)
            run.hostsDetail.append(
                HostResult(host: name, fate: .done, finish: finish, bound: index == 2 ? 0 : 1, reason: "<reason>"))
            run.flows.append(Flow(from: "s", to: name, bytes: Int64(index) * 1000))
            run.stalls.append(Stall(host: name, at: -1, seconds: .infinity, parent: "<parent>"))
            run.links.append(LinkBytes(link: name, up: .max, down: -5, upRate: 0, downRate: .max))
        }
        run.warnings = ["<warning>"]
        run.ratio = .infinity
        return Page(name: "hostile", source: HTMLReport.page(run), hosts: hostileNames)
    }

    static func nothing() -> Page {
        let run = RunReport(name: "nothing", kind: .simulated, tool: "skein", hosts: 0, imageBytes: 0, storedBytes: 0)
        return Page(name: "nothing", source: HTMLReport.page(run))
    }
}
