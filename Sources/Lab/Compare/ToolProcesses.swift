import Basics
import Glibc

/// The processes of one tool in a raised network: started, let go at one moment, watched, ended.
struct ToolProcesses: Sendable {
    struct Running: Sendable {
        let job: ToolJob
        let process: Int32
        let log: String
        /// As `wait4` gives it; nil while it runs.
        var status: Int32?
    }

    private(set) var all: [Running] = []
    var accounting: ToolAccounting
    private let setting: ToolSetting
    private let record: LabRecord
    private let doing: String
    /// Holds the gate shut: open for writing, so that nobody who reads sees an end.
    private var gate: Int32 = -1

    init(setting: ToolSetting, record: LabRecord, doing: String) {
        self.setting = setting
        self.record = record
        self.doing = doing
        accounting = ToolAccounting(record: record)
    }

    /// Starts all, in their order; the gate stays shut.
    mutating func start(_ jobs: [ToolJob], logs directory: String) throws(SkeinError) {
        guard mkfifo(setting.gate, 0o600) == 0 else { throw Files.failure(setting.gate, doing: doing) }
        gate = open(setting.gate, O_RDWR | O_CLOEXEC)
        guard gate >= 0 else { throw Files.failure(setting.gate, doing: doing) }
        for job in jobs {
            let host = record.hosts[job.host]
            let log = "\(directory)/\(host.name).\(job.name).log"
            let starter = HostProcess(namespace: host.namespace, labID: record.id, socket: host.socket)
            let process = try starter.startDetached(["sh", "-c", setting.script(job)], log: log, doing: doing)
            all.append(Running(job: job, process: process, log: log))
        }
    }

    /// Returns when all that wait do so and all that listen do so.
    mutating func untilReady(within patience: Duration = .seconds(60)) async throws {
        let deadline = ContinuousClock.now + patience
        var waiting = Array(all.indices)
        while !waiting.isEmpty {
            reap()
            if let dead = all.first(where: { $0.status != nil }) { throw failure(dead, "it ended at once") }
            waiting.removeAll { isReady(all[$0]) }
            guard let first = waiting.first else { break }
            guard ContinuousClock.now < deadline else { throw failure(all[first], "it is not ready") }
            try await Task.sleep(for: .milliseconds(20))
        }
        // Those who neither wait nor listen (multicast) get the time to join.
        try await Task.sleep(for: .milliseconds(500))
    }

    /// The measured time begins. Returns the moment, in seconds since 1970.
    mutating func letGo() -> Double {
        accounting.begin()
        let moment = Delivery.wall()
        _ = close(gate)
        gate = -1
        return moment
    }

    /// Takes the status and the costs of those that have ended.
    mutating func reap() {
        for place in all.indices where all[place].status == nil {
            var status: Int32 = 0
            var usage = rusage()
            guard wait4(all[place].process, &status, WNOHANG, &usage) == all[place].process else { continue }
            all[place].status = status
            accounting.ended(usage)
        }
    }

    /// Ends everything that runs in a host at one blow.
    mutating func kill(host: Int) {
        let found = inside([record.hosts[host].namespace])
        let own = Set(all.map(\.process))
        // Nobody waits for children that die together with their parent.
        accounting.lost(found.filter { !own.contains($0) })
        for process in found { _ = Glibc.kill(process, SIGKILL) }
    }

    /// Stops everything that runs in a host.
    func stop(host: Int) {
        for process in inside([record.hosts[host].namespace]) { _ = Glibc.kill(process, SIGSTOP) }
    }

    /// Ends everything, without asking: the copies are what they are.
    mutating func end() async {
        if gate >= 0 { _ = close(gate) }
        gate = -1
        let deadline = ContinuousClock.now + .seconds(5)
        repeat {
            for process in inside(record.namespaces) { _ = Glibc.kill(process, SIGKILL) }
            reap()
            if all.allSatisfy({ $0.status != nil }), inside(record.namespaces).isEmpty { return }
            await Task { try? await Task.sleep(for: .milliseconds(20)) }.value
        } while ContinuousClock.now < deadline
    }

    /// Why a host has no copy, as far as its processes say.
    func reason(host: Int) -> String? {
        let own = all.filter { $0.job.host == host && $0.job.receives != nil }
        guard let bad = own.first(where: { $0.status != nil && $0.status != 0 }) ?? own.first else { return nil }
        let last = Files.tail(bad.log).split(separator: "\n").last.map(String.init)
        return last.map { "\(bad.job.name): \($0)" }
    }

    private func inside(_ namespaces: [String]) -> [Int32] {
        // No process has this mark: those of one host are found by its namespace alone.
        LabProcesses(namespaces: namespaces, outside: record.outsideNamespace, id: "of-no-lab").running()
    }

    private func isReady(_ running: Running) -> Bool {
        switch running.job.start {
        case .free: break
        case .gated, .waitsItself: guard Files.exists(setting.ready(running.job)) else { return false }
        }
        guard let port = running.job.port else { return true }
        return LabRun.isRunning(running.process, record.hosts[running.job.host].namespace)
            && Self.hasPort(running.process, port)
    }

    /// Whether somebody has a TCP port in the network that a process is in: who waits for one connection does not
    /// listen any more when it has come.
    private static func hasPort(_ process: Int32, _ port: Int) -> Bool {
        guard let bytes = Files.read("/proc/\(process)/net/tcp") else { return false }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").dropFirst().contains { line in
            let fields = line.split(separator: " ")
            // Listening, or connected.
            guard fields.count > 3, ["0A", "01"].contains(fields[3]) else { return false }
            return fields[1].split(separator: ":").last.flatMap { Int($0, radix: 16) } == port
        }
    }

    private func failure(_ running: Running, _ cause: String) -> SkeinError {
        let log = Files.tail(running.log)
        return SkeinError(
            .tool, doing: "\(doing): starting \(running.job.name) on \(record.hosts[running.job.host].name)",
            cause: log.isEmpty ? cause : "\(cause); its last lines:\n\(log)")
    }
}
