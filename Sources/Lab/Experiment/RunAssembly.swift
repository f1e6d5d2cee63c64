import Basics

/// Turns what was observed of a run into its report.
struct RunAssembly: Sendable {
    let topology: Topology
    let record: LabRecord
    let images: [RunImage]
    let relay: RelayMeasurement?
    let outcome: DeliveryOutcome
    let copies: [Int: CopyCheck.Copies]
    /// PeerIDs in hexadecimal by name; none of other tools.
    var peers: [String: String] = [:]

    func report() -> RunReport {
        var report = RunReport(
            name: topology.name, kind: .emulated, tool: "skein", hosts: topology.hosts.count,
            imageBytes: images.reduce(0) { $0 + $1.label.diskBytes },
            storedBytes: images.reduce(0) { $0 + $1.label.storedBytes })
        let stored = images.map(\.label.storedBytes)
        let isShaped = relay?.share != nil
        let share = relay?.share ?? 1
        let bounds = topology.bounds(
            storedBytes: stored, goodputShare: share, unshapedRate: isShaped ? nil : relay?.bytesPerSecond)
        report.goodputShare = relay?.share
        report.bound = bounds.compactMap { $0 }.max()
        report.nominalBound = topology.bounds(storedBytes: stored, goodputShare: 1, unshapedRate: nil)
            .compactMap { $0 }.max()
        report.hostsDetail = topology.hosts.indices.map { result(of: $0, bound: bounds[$0]) }
        report.started = outcome.start
        report.finish = RunReport.Finish(report.hostsDetail.compactMap(\.finish))
        report.ratio = report.hostsDetail.compactMap { host in
            guard let finish = host.finish, let bound = host.bound, bound > 0 else { return nil }
            return finish / bound
        }.max()
        report.cpu = outcome.processorSeconds
        report.maxResidentBytes = outcome.peakResidentBytes
        report.links = outcome.links
        report.busyShare = outcome.busyShare
        report.survivors = outcome.watch.survivors.count
        report.identical = outcome.watch.survivors.count { isIdentical($0) }
        report.warnings = outcome.warnings
        addTransfers(to: &report)
        return report
    }

    private func isIdentical(_ host: Int) -> Bool {
        outcome.watch.finished[host] != nil && copies[host]?.isIdentical == true
    }

    private func result(of host: Int, bound: Double?) -> HostResult {
        let fate: HostResult.Fate =
            switch outcome.watch.fates[host] {
            case .source: .source
            case .killed: .killed
            case .stopped: .stopped
            case .late: .unfinished
            case .alive: isIdentical(host) ? .done : .unfinished
            }
        let reasons = outcome.transfers[host]?.compactMap { $0.state == .failed ? $0.reason : nil }
        var reason: String?
        if fate == .unfinished {
            reason = reasons?.last ?? (outcome.watch.finished[host] == nil ? "not done" : "its copy differs")
        }
        // Who died may have been done before.
        let finish: Double? = fate == .done ? outcome.watch.finished[host].map { $0 - outcome.start } : nil
        let name = record.hosts[host].name
        return HostResult(
            host: name, peer: peers[name], fate: fate, finish: finish, bound: bound,
            digests: copies[host]?.digests ?? [],
            receivedBytes: timed(host).reduce(0) { $0 + $1.sources.values.reduce(0, +) }, reason: reason)
    }

    /// The transfers of a host that belong to this run and not to what came before it.
    private func timed(_ host: Int) -> [LabTransfer] {
        let ids = Set(images.map(\.label.image))
        return (outcome.transfers[host] ?? []).filter { ids.contains($0.image) && $0.started >= outcome.start - 0.05 }
    }

    private func addTransfers(to report: inout RunReport) {
        var left: Int64 = 0
        let origins = Set(images.flatMap(\.sources).map { record.hosts[$0].name })
        for host in topology.hosts.indices {
            let name = record.hosts[host].name
            for transfer in timed(host) {
                report.duplicateBytes += transfer.duplicateBytes
                for (source, bytes) in transfer.sources.sorted(by: { $0.key < $1.key }) {
                    report.flows.append(Flow(from: source, to: name, bytes: bytes))
                    if origins.contains(source) { left += bytes }
                }
                report.stalls += transfer.stalls.map {
                    Stall(host: name, at: $0.at - outcome.start, seconds: $0.seconds, parent: $0.parent)
                }
            }
        }
        report.stalls.sort { ($0.at, $0.host) < ($1.at, $1.host) }
        let lacking = images.reduce(0) { $0 + $1.lackingBytes }
        report.originCopies = lacking > 0 ? Double(left) / Double(lacking) : nil
        let sites = Dictionary(
            topology.hosts.map { (record.hosts[$0.index].name, $0.site) }, uniquingKeysWith: { first, _ in first })
        report.siteCrossings = RunReport.siteCrossings(of: report.flows, sites: sites, lackingBytes: lacking)
    }
}

extension RunReport.Finish {
    /// Of the seconds at which hosts were done, in any order; nil when none was. Percentiles by nearest rank.
    init?(_ seconds: [Double]) {
        guard !seconds.isEmpty else { return nil }
        let sorted = seconds.sorted()
        func rank(_ share: Double) -> Double {
            sorted[max(0, min(sorted.count - 1, Int((share * Double(sorted.count)).rounded(.up)) - 1))]
        }
        self.init(first: sorted[0], p50: rank(0.5), p99: rank(0.99), last: sorted[sorted.count - 1])
    }
}
