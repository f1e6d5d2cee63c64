import Basics
import Pipeline

/// What came of a simulation, in the form of a real run's report.
extension Simulation {
    func report(wall: Double) -> RunReport {
        var report = RunReport(
            name: topology.name, kind: .simulated, tool: "skein", hosts: hosts.count, imageBytes: imageBytes,
            storedBytes: storedBytes.reduce(0, +))
        let bounds = topology.bounds(
            storedBytes: storedBytes, goodputShare: parameters.goodputShare, unshapedRate: parameters.unshapedRate)
        report.goodputShare = parameters.goodputShare
        report.bound = bounds.compactMap { $0 }.max()
        report.nominalBound =
            topology.bounds(storedBytes: storedBytes, goodputShare: 1, unshapedRate: nil).compactMap { $0 }.max()
        report.hostsDetail = topology.hosts.indices.map { result(of: $0, bound: bounds[$0]) }
        report.finish = RunReport.Finish(report.hostsDetail.compactMap(\.finish))
        report.ratio =
            report.hostsDetail.compactMap { host in
                guard let finish = host.finish, let bound = host.bound, bound > 0 else { return nil }
                return finish / bound
            }.max()
        report.links = links.bytes(of: topology)
        report.survivors = report.hostsDetail.count { $0.fate == .done || $0.fate == .unfinished }
        report.identical = report.hostsDetail.count { $0.fate == .done }
        report.duplicateBytes = copies.reduce(0) { $0 + $1.wastedBytes }
        let lacking = lackingBytes.reduce(0, +)
        report.originCopies = lacking > 0 ? Double(leftSources) / Double(lacking) : nil
        report.flows = summedFlows()
        let sites = Dictionary(topology.hosts.map { ($0.name, $0.site) }, uniquingKeysWith: { first, _ in first })
        report.siteCrossings = RunReport.siteCrossings(of: report.flows, sites: sites, lackingBytes: lacking)
        report.stalls = stalls()
        report.traceHash = trace.text
        report.seed = options.seed
        report.simulation = figures(wall: wall)
        if hosts.count > SimulationLimits.gossipPeers, options.gossip == .on {
            report.warnings.append(
                "each site gossips by itself: above \(SimulationLimits.gossipPeers) hosts no view spans them")
        }
        return report
    }

    private var imageBytes: Int64 {
        topology.images.reduce(0) { sum, image in
            switch image.content {
            case .generated(let size, _, _): sum + size.bytes
            case .file: sum
            }
        }
    }

    private func result(of host: Int, bound: Double?) -> HostResult {
        let own = topology.images.indices.map { copies[copy(host, $0)] }
        let targets = own.filter { !$0.isSource }
        let isDone = targets.allSatisfy { $0.finishedAt != nil }
        let fate: HostResult.Fate =
            if targets.isEmpty {
                .source
            } else {
                switch hosts[host].state {
                case .killed: .killed
                case .stopped: .stopped
                case .running: isDone ? .done : .unfinished
                case .late: .unfinished
                }
            }
        let last = targets.compactMap(\.finishedAt).max()
        var reason: String?
        if fate == .unfinished {
            switch targets.compactMap(\.failure).first {
            case .noProgress: reason = "no byte came for too long"
            case .refused: reason = "no candidate could serve what is lacking"
            case nil: reason = "not done"
            }
        }
        return HostResult(
            host: topology.hosts[host].name, fate: fate,
            finish: fate == .done ? last.map { Double($0 - start) / 1e9 } : nil, bound: bound,
            receivedBytes: targets.reduce(0) { $0 + $1.receivedBytes }, reason: reason)
    }

    private func summedFlows() -> [Flow] {
        var sums: [UInt64: Int64] = [:]
        for flow in flows where flow.bytes > 0 {
            let from = copies[Int(flow.parent)].host
            let to = copies[Int(flow.child)].host
            sums[UInt64(from) << 32 | UInt64(to), default: 0] += flow.bytes
        }
        return sums.sorted { $0.key < $1.key }.map { key, bytes in
            Flow(
                from: topology.hosts[Int(key >> 32)].name, to: topology.hosts[Int(key & 0xFFFF_FFFF)].name, bytes: bytes
            )
        }
    }

    private func stalls() -> [Stall] {
        var stalls: [Stall] = []
        for copy in copies {
            for stall in copy.stalls {
                stalls.append(
                    Stall(
                        host: topology.hosts[copy.host].name, at: Double(stall.at - start) / 1e9,
                        seconds: Double(stall.duration) / 1e9, parent: topology.hosts[Int(stall.parent)].name))
            }
        }
        return stalls.sorted { ($0.at, $0.host) < ($1.at, $1.host) }
    }

    func figures(wall: Double) -> SimulationFigures {
        let seconds = max(1e-9, Double(now - 1_000_000_000) / 1e9)
        return SimulationFigures(
            events: events, wall: wall, sliceBytes: sliceBytes, gossipGroups: joinSeconds.count,
            joinMedian: joinSeconds.isEmpty ? 0 : joinSeconds[joinSeconds.count / 2], joinLast: joinSeconds.last ?? 0,
            gossipBytesPerSecond: Double(gossip?.sentBytes ?? 0) / seconds / Double(hosts.count))
    }
}
