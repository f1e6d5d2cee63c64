package import Basics
import Dispatch
import Glibc

/// What a plain TCP relay gets through the links of a lab: the unit of truth for the bound of a run.
package struct RelayMeasurement: Sendable, Hashable {
    /// Bytes per second of payload that reached the end.
    package let bytesPerSecond: Double
    /// Over the declared rate; nil where nothing is shaped.
    package let share: Double?

    /// Ports of the relay, beside the peers' own.
    private static let port: UInt16 = 7499
    private static let seconds = 2.5
    private static let warmUp = 0.8

    /// Measures over a lab that is raised; takes about 3 s, in which nothing else should use its links.
    package static func take(
        lab name: String, of run: LabRun, topology: Topology
    ) async throws(SkeinError) -> RelayMeasurement {
        let doing = "measuring a plain TCP relay"
        guard let path = RelayPath(topology) else {
            throw SkeinError(.usage, doing: doing, cause: "the topology has one host")
        }
        let record = try run.record(of: name, doing: doing)
        let hosts = path.hosts.map { record.hosts[$0] }
        let log = "\(run.paths.state(of: name))/relay.log"
        _ = unlink(log)
        var started: [Int32] = []
        defer { for process in started { _ = kill(process, SIGKILL); _ = waitpid(process, nil, 0) } }
        func start(_ host: LabRecord.Host, _ arguments: [String]) throws(SkeinError) {
            let process = HostProcess(namespace: host.namespace, labID: record.id, socket: host.socket)
            started.append(
                try process.startDetached([run.executable, "lab", "relay"] + arguments, log: log, doing: doing))
        }
        try start(hosts[hosts.count - 1], ["sink", "--port", "\(port)", "--warm-up", "\(warmUp)"])
        for place in stride(from: hosts.count - 2, to: 0, by: -1) {
            try start(
                hosts[place],
                ["forward", "--port", "\(port)", "--to", hosts[place + 1].address, "--next-port", "\(port)"])
        }
        try start(
            hosts[0], ["source", "--to", hosts[1].address, "--port", "\(port)", "--seconds", "\(seconds)"])
        let sink = started[0]
        let deadline = ContinuousClock.now + .seconds(20)
        var hasEnded = false
        while !hasEnded, ContinuousClock.now < deadline {
            hasEnded = waitpid(sink, nil, WNOHANG) == sink
            do {
                try await Task.sleep(for: .milliseconds(50))
            } catch {
                throw SkeinError(.cancelled, doing: doing, cause: "interrupted")
            }
        }
        if hasEnded { started.removeFirst() }
        let text = Files.tail(log)
        guard let rate = text.split(separator: "\n").compactMap({ Double($0) }).first, rate > 0 else {
            throw SkeinError(.tool, doing: doing, cause: "no figure came: \(text)")
        }
        return RelayMeasurement(bytesPerSecond: rate, share: path.rate.map { rate * 8 / Double($0) })
    }
}
