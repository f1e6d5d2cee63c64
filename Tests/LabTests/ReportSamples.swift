import Basics
import Lab

/// Reports as runs make them, from a small model of chains and trees: for looking at, and for checking pages.
enum ReportSamples {
    /// One switch, or several racks or sites.
    static func topology(racks: Int = 1, sites: Int = 1, hosts: Int, rate: String = "40Mbit") throws -> Topology {
        var text = "name: sample\ndescription: A network like those that people measure on.\nsites:\n"
        for site in 0..<sites {
            text += "  - name: site\(site)\n"
            if sites > 1 { text += "    wan: {up: 10Mbit, down: 10Mbit}\n" }
            text += "    racks:\n"
            for rack in 0..<racks {
                text += "      - name: r\(rack)\n"
                if racks > 1 { text += "        uplink: {up: \(rate), down: \(rate)}\n" }
                text += "        hosts: \(hosts)\n        link: {up: \(rate), down: \(rate)}\n"
            }
        }
        return try Topology.parse(text, file: "sample.yaml")
    }

    /// A run over a topology: `factor` is the last host's time over the bound, `parents` how many each host has.
    static func run(
        _ topology: Topology, name: String = "sample", tool: String = "skein", factor: Double = 1.03,
        parents: Int = 3, megabytes: Double = 64, seed: UInt64 = 1, losing lost: Set<Int> = []
    ) -> RunReport {
        var random = RandomSource(seed: seed)
        func noise() -> Double { Double(random.next() % 10_000) / 10_000 }
        let bytes = Int64(megabytes * 1_048_576)
        var report = RunReport(
            name: name, kind: .emulated, tool: tool, hosts: topology.hosts.count, imageBytes: bytes, storedBytes: bytes)
        let wan = topology.sites.compactMap(\.wan.down?.bitsPerSecond).min()
        func bound(_ host: TopologyHost) -> Double {
            let own = host.link.down?.bitsPerSecond ?? 1_000_000_000
            return Double(bytes) * 8 / Double(min(own, wan ?? own)) / 0.945
        }
        var received: [Int64] = topology.hosts.map { _ in 0 }
        var sent: [Int64] = topology.hosts.map { _ in 0 }
        var trunks: [String: (up: Int64, down: Int64)] = [:]
        for (index, host) in topology.hosts.enumerated() {
            let own = bound(host)
            if index == 0 {
                report.hostsDetail.append(HostResult(host: host.name, fate: .source, digests: [digest]))
                continue
            }
            let depth = Double(index) / Double(topology.hosts.count)
            let time = own * (1.005 + (factor - 1.005) * (depth * 0.8 + noise() * 0.2))
            let isLost = lost.contains(index)
            report.hostsDetail.append(
                HostResult(
                    host: host.name, fate: isLost ? (index % 2 == 0 ? .killed : .stopped) : .done,
                    finish: isLost ? nil : time, bound: own, digests: isLost ? [] : [digest],
                    receivedBytes: isLost ? bytes / 3 : bytes,
                    reason: isLost ? "killed by the file's events at 4.1 s" : nil))
            var rest = isLost ? bytes / 3 : bytes
            for part in 0..<parents {
                let share = part == parents - 1 ? rest : Int64(Double(rest) * (0.4 + noise() * 0.3))
                let back = part == 0 ? 1 : 1 + Int(random.next() % UInt64(max(1, min(index, 12))))
                let from = max(0, index - back)
                rest -= share
                guard from != index, share > 0 else { continue }
                merge(&report, from: topology.hosts[from].name, to: host.name, bytes: share)
                received[index] += share
                sent[from] += share
                cross(&trunks, topology, from: topology.hosts[from], to: host, bytes: share)
            }
        }
        addLinks(&report, topology, sent: sent, received: received, trunks: trunks)
        let times = report.hostsDetail.compactMap(\.finish).sorted()
        report.finish = RunReport.Finish(
            first: times[0], p50: times[times.count / 2], p99: times[times.count * 99 / 100],
            last: times[times.count - 1])
        report.bound = report.hostsDetail.compactMap(\.bound).max()
        report.nominalBound = report.bound.map { $0 * 0.945 }
        report.goodputShare = 0.945
        report.ratio = report.hostsDetail.compactMap { host in
            host.finish.flatMap { time in host.bound.map { time / $0 } }
        }.max()
        report.survivors = topology.hosts.count - 1 - lost.count
        report.identical = report.survivors
        report.cpu = Double(bytes) * Double(topology.hosts.count) / 1e9 * (1.6 + noise() * 3)
        report.maxResidentBytes = 41 << 20
        report.originCopies = 1.02
        report.busyShare = 0.34
        report.started = 1_795_000_000
        return report
    }

    static let digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

    static var idle: IdleFigures {
        IdleFigures(
            peers: 190, upSeconds: 14.2, anonymousMedianBytes: 9 << 20, anonymousMaxBytes: 11 << 20,
            residentMaxBytes: 38 << 20, cores: 0.31, watchedSeconds: 5)
    }

    static var machine: MachineFacts {
        MachineFacts(
            processors: 2, model: "A processor with a long name @ 2.90GHz", memoryBytes: 24 << 30, kernel: "6.1.0",
            system: "Debian GNU/Linux 12 (bookworm)", skein: "0.3.0")
    }

    private static func merge(_ report: inout RunReport, from: String, to: String, bytes: Int64) {
        if let index = report.flows.firstIndex(where: { $0.from == from && $0.to == to }) {
            report.flows[index].bytes += bytes
        } else {
            report.flows.append(Flow(from: from, to: to, bytes: bytes))
        }
    }

    private static func cross(
        _ trunks: inout [String: (up: Int64, down: Int64)], _ topology: Topology, from: TopologyHost,
        to: TopologyHost, bytes: Int64
    ) {
        func places(_ host: TopologyHost) -> [String] {
            let site = topology.sites[host.site]
            return [site.name, "\(site.name)/\(site.racks[host.rack].name)"]
        }
        for (left, entered) in zip(places(from), places(to)) where left != entered {
            trunks[left, default: (0, 0)].up += bytes
            trunks[entered, default: (0, 0)].down += bytes
        }
    }

    private static func addLinks(
        _ report: inout RunReport, _ topology: Topology, sent: [Int64], received: [Int64],
        trunks: [String: (up: Int64, down: Int64)]
    ) {
        func add(_ link: String, _ up: Int64, _ down: Int64, _ shape: LinkShape) {
            report.links.append(
                LinkBytes(
                    link: link, up: up * 106 / 100, down: down * 106 / 100, upRate: shape.up?.bitsPerSecond,
                    downRate: shape.down?.bitsPerSecond))
        }
        for site in topology.sites {
            let wan = trunks[site.name] ?? (0, 0)
            if topology.sites.count > 1 { add(site.name, wan.up, wan.down, site.wan) }
            for rack in site.racks {
                let path = "\(site.name)/\(rack.name)"
                let uplink = trunks[path] ?? (0, 0)
                if site.racks.count > 1 { add(path, uplink.up, uplink.down, rack.uplink) }
                for index in rack.hosts {
                    add(topology.hosts[index].path, sent[index], received[index], topology.hosts[index].link)
                }
            }
        }
    }
}
