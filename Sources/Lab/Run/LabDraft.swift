import Basics
import Glibc

/// A lab that is about to be made: its record is complete before anything exists.
struct LabDraft: Sendable {
    let topology: Topology
    /// The topology file as it was, kept beside the record.
    let text: String
    let plan: NetworkPlan
    var record: LabRecord

    init(name: String, topology: Topology, file: String, text: String, paths: LabPaths) throws(SkeinError) {
        self.topology = topology
        self.text = text
        var random = SystemRandomNumberGenerator()
        let id = Hex.encode((0..<4).map { _ in UInt8.random(in: 0...255, using: &random) })
        let plan = try NetworkPlan(topology: topology, id: id)
        self.plan = plan
        let state = paths.state(of: name)
        record = LabRecord(
            name: name, id: id, topology: file, creator: getpid(), created: Int64(time(nil)), phase: .raising,
            coreNamespace: plan.coreNamespace, outsideNamespace: plan.outsideNamespace,
            hosts: topology.hosts.map { host in
                LabRecord.Host(
                    name: host.name, path: host.path, namespace: plan.hosts[host.index].namespace,
                    address: plan.hosts[host.index].address, socket: "\(state)/\(host.name).sock",
                    log: "\(state)/\(host.name).log", configuration: "\(state)/\(host.name).yaml", process: nil)
            })
    }

    /// What can be refused before anything is made.
    func check() throws(SkeinError) {
        for host in record.hosts where host.socket.utf8.count > LabLimits.socketPathBytes {
            throw SkeinError(
                .usage, doing: "raising lab \(record.name)",
                cause: "the socket path \(host.socket) is too long: \(host.socket.utf8.count) bytes, at most "
                    + "\(LabLimits.socketPathBytes) are possible",
                next: "use a shorter name of the lab or of the host")
        }
    }

    var notes: [String] {
        guard topology.hasDelays else { return [] }
        return ["the delays of \(record.topology) are not emulated; they exist in a simulation only"]
    }
}
