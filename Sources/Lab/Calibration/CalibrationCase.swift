import Basics
import Glibc

/// One topology file as it was emulated, and how a simulation of it compares.
struct CalibrationCase: Sendable {
    let topology: Topology
    /// The emulated runs of the file, at least one.
    let runs: [RunReport]

    /// The times that are compared: when half of the hosts were done, and when the last was.
    struct Times: Sendable, Hashable {
        var p50: Double
        var last: Double
    }

    init(topology: Topology, report: RunReport) {
        self.topology = topology
        runs = report.runs ?? [report]
    }

    /// The medians over the runs; nil when no host was done.
    var emulated: Times? { Self.median(runs.map(\.finish)) }

    var busyShare: Double? { runs.compactMap(\.busyShare).max() }

    /// A saturated machine says little about the network: neither fitted nor counted.
    var isSaturated: Bool { (busyShare ?? 0) > LabLimits.saturatedShare }

    /// The same runs in virtual time: the same events at the same peers, each in the place that its PeerID gives it.
    func simulated(_ parameters: SimulationParameters) throws(SkeinError) -> Times? {
        var finishes: [RunReport.Finish?] = []
        for run in runs {
            var options = SimulationOptions()
            options.parameters = parameters
            options.seed = run.seed ?? 0
            // Membership is settled when an install begins.
            options.gossip = .off
            let peers = Dictionary(run.hostsDetail.map { ($0.host, $0.peer) }, uniquingKeysWith: { first, _ in first })
            options.peers = topology.hosts.map { peers[$0.name].flatMap { $0 }.flatMap { PeerID(hex: $0) } }
            finishes.append(try SimulationRun.run(topology, options: options).finish)
        }
        return Self.median(finishes)
    }

    private static func median(_ finishes: [RunReport.Finish?]) -> Times? {
        let known = finishes.compactMap { $0 }
        guard let p50 = Median.of(known.map(\.p50)), let last = Median.of(known.map(\.last)) else { return nil }
        return Times(p50: p50, last: last)
    }
}

extension CalibrationCase.Times {
    /// How far these are off others, as shares: 0.1 is a tenth too long.
    func errors(against other: CalibrationCase.Times) -> (p50: Double, last: Double) {
        (p50 / other.p50 - 1, last / other.last - 1)
    }

    /// The same as one number that is alike for twice and half of a time: the mean of the logarithms without signs.
    func distance(from other: CalibrationCase.Times) -> Double {
        (abs(log(p50 / other.p50)) + abs(log(last / other.last))) / 2
    }
}
