public import Basics
import Glibc

/// Raises labs, looks at them, works in them and takes them away: what `skein lab up|ls|exec|down` do.
///
/// Nothing is printed. Everything a lab makes is written down before it is made; `down` removes it after any end.
public struct LabRun: Sendable {
    public let paths: LabPaths
    /// The skein program that makes sites and runs peers.
    public let executable: String
    let registry: LabRegistry

    /// - Parameter executable: the skein program; nil for the program that runs.
    public init(paths: LabPaths = LabPaths(), executable: String? = nil) {
        self.paths = paths
        self.executable = executable ?? Self.ownPath
        registry = LabRegistry(paths: paths)
    }

    /// The labs of this machine, with what a crash left.
    public func list() throws(SkeinError) -> [LabStatus] {
        let names = registry.names
        if !names.isEmpty { try Self.requireRoot(doing: "listing labs") }
        return names.map { name in
            var isBusy = false
            do throws(SkeinError) {
                try registry.claim(name, doing: "listing labs").release()
            } catch {
                isBusy = error.code == .conflict
            }
            guard let record = registry.read(name) else {
                return LabStatus(
                    name: name, id: "", topology: "", created: 0, state: isBusy ? .busy : .broken, hosts: [], notes: [])
            }
            return status(of: record, isBusy: isBusy)
        }
    }

    /// The bytes that every link of a lab has carried.
    public func linkCounters(lab name: String? = nil) async throws(SkeinError) -> [LinkCounter] {
        let doing = "reading link counters"
        let lab = try registry.resolve(name, doing: doing)
        let record = try record(of: lab, doing: doing)
        let topology = try Topology.load(path: "\(paths.state(of: lab))/topology.yaml")
        let plan = try NetworkPlan(topology: topology, id: record.id)
        return try await Emulation(plan: plan, name: lab).counters()
    }

    func record(of lab: String, doing: String) throws(SkeinError) -> LabRecord {
        guard let record = registry.read(lab) else {
            throw SkeinError(
                .notFound, doing: doing, cause: "lab \(lab) was never raised in full", next: "skein lab down \(lab)")
        }
        return record
    }

    /// The place of a host in a record, by name or path.
    static func number(of host: String, in record: LabRecord, doing: String) throws(SkeinError) -> Int {
        if let number = record.hosts.firstIndex(where: { $0.path == host || $0.name == host }) { return number }
        let names = record.hosts.prefix(16).map(\.name).joined(separator: ", ")
        throw SkeinError(
            .notFound, doing: doing, cause: "lab \(record.name) has no host \(host)", next: "hosts: \(names)")
    }

    func status(of record: LabRecord, isBusy: Bool = false, notes: [String] = []) -> LabStatus {
        let hosts = record.hosts.map { host in
            let isRunning = host.process.map { LabRun.isRunning($0, host.namespace) } ?? false
            return LabStatus.Host(
                name: host.name, path: host.path, address: host.address, namespace: host.namespace,
                socket: host.socket, log: host.log, process: host.process, isRunning: isRunning)
        }
        let state: LabStatus.State
        switch record.phase {
        case .raising: state = isBusy ? .busy : .broken
        case .up:
            let lacksPeer = zip(record.hosts, hosts).contains { $0.process != nil && !$1.isRunning }
            let hasNetwork = record.namespaces.allSatisfy { access(NetworkPlan.path(ofNamespace: $0), F_OK) == 0 }
            state = isBusy ? .busy : !hasNetwork ? .broken : lacksPeer ? .degraded : .up
        }
        return LabStatus(
            name: record.name, id: record.id, topology: record.topology, created: record.created, state: state,
            hosts: hosts, notes: notes)
    }

    /// Whether a process is alive and still the one in a namespace; ids of processes are used again.
    static func isRunning(_ process: Int32, _ namespace: String) -> Bool {
        var own = stat()
        var named = stat()
        return stat("/proc/\(process)/ns/net", &own) == 0
            && stat(NetworkPlan.path(ofNamespace: namespace), &named) == 0
            && own.st_ino == named.st_ino && own.st_dev == named.st_dev
    }

    static func requireRoot(doing: String) throws(SkeinError) {
        guard geteuid() == 0 else {
            throw SkeinError(
                .permission, doing: doing, cause: "network namespaces and shaped links need root", next: "use sudo")
        }
    }

    private static var ownPath: String {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = buffer.withUnsafeMutableBytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) { chars in
                chars.baseAddress.map { readlink("/proc/self/exe", $0, chars.count) } ?? -1
            }
        }
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : "/proc/self/exe"
    }
}
