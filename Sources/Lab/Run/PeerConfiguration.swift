import Basics

/// The configuration file of one host's peer.
struct PeerConfiguration: Sendable {
    /// The port that every peer of a lab listens on, each in its own namespace.
    static let port = 7411

    let host: TopologyHost
    let topology: Topology
    let plan: NetworkPlan
    let stateDirectory: String
    let socket: String
    let siteDirectory: String
    let accelerator: String
    /// The file that lets the peers join; see ``LabPaths/gate(of:)``.
    let gate: String
    /// Whether peers measure their links themselves.
    let probes: Bool
    /// Whether peers are told what their links carry.
    let tellsRates: Bool
    /// Whether each site is a group of its own.
    let segmentsAreSites: Bool

    /// The file's text: names hold only letters, digits, `-` and `_`, and all text is quoted.
    var yaml: String {
        var lines = [
            "name: \"\(host.name)\"",
            "state: \"\(stateDirectory)\"",
            "socket: \"\(socket)\"",
            "site: \"\(siteDirectory)/\(host.name)/site.skein\"",
            "identity: \"\(siteDirectory)/\(host.name)/identity.key\"",
            "listen: \"\(plan.hosts[host.index].address):\(Self.port)\"",
            "seeds: [\(seeds.map { "\"\($0)\"" }.joined(separator: ", "))]",
        ]
        switch topology.labels {
        case .shown:
            let site = topology.sites[host.site]
            lines.append("labels: {site: \"\(site.name)\", rack: \"\(site.racks[host.rack].name)\"}")
        case .hidden: break
        }
        var capacity: [String] = []
        if let memory = host.capacity.memory { capacity.append("memory: \(Self.size(memory))") }
        if let vcpus = host.capacity.vcpus { capacity.append("vcpus: \(vcpus)") }
        if !capacity.isEmpty { lines.append("capacity: {\(capacity.joined(separator: ", "))}") }
        lines.append("build: {network_namespace: \"\(NetworkPlan.path(ofNamespace: plan.outsideNamespace))\"}")
        lines.append("accelerator: \(accelerator)")
        lines.append("start_gate: \"\(gate)\"")
        if segmentsAreSites {
            lines.append(
                "gossip: {segments: sites, gateways: [\(gateways.map { "\"\($0)\"" }.joined(separator: ", "))]}")
        }
        if !probes { lines.append("probes: \"off\"") }
        if tellsRates, let rates { lines.append("rates: \(rates)") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// What the file says of the host's link, and of those that it shares; hidden labels hide these.
    private var rates: String? {
        func link(_ shape: LinkShape) -> [String] {
            [("up", shape.up), ("down", shape.down)].compactMap { key, rate in
                rate.map { "\(key): \($0.bitsPerSecond / 1000)kbit" }
            }
        }
        var parts = link(host.link)
        // Two hosts of each rack tell of what all of them share.
        if topology.labels == .shown, isFirstOfRack {
            let site = topology.sites[host.site]
            for (name, shape) in [("rack", site.racks[host.rack].uplink), ("site", site.wan)] {
                let shared = link(shape)
                if !shared.isEmpty { parts.append("\(name): {\(shared.joined(separator: ", "))}") }
            }
        }
        return parts.isEmpty ? nil : "{\(parts.joined(separator: ", "))}"
    }

    private var isFirstOfRack: Bool {
        topology.hosts.lazy.filter { $0.site == host.site && $0.rack == host.rack }.prefix(2).contains {
            $0.index == host.index
        }
    }

    /// The first host, and others that started before this one: a start of many is not all on the first ones.
    private var seeds: [String] {
        let group = topology.hosts.filter { !segmentsAreSites || $0.site == host.site }.map(\.index)
        let own = group.firstIndex(of: host.index) ?? 0
        let wanted = own == 0 ? [1, 2] : [0, own / 2, own - 1]
        var known: [Int] = []
        for place in wanted where place != own && group.indices.contains(place) && !known.contains(place) {
            known.append(place)
        }
        return known.map { address(group[$0]) }
    }

    /// The last host of each other site: mostly no bridge, so that it has to say where bridges are.
    private var gateways: [String] {
        topology.sites.indices.filter { $0 != host.site }.prefix(8).compactMap { site in
            topology.hosts.last { $0.site == site }.map { address($0.index) }
        }
    }

    private func address(_ host: Int) -> String { "\(plan.hosts[host].address):\(Self.port)" }

    private static func size(_ size: ByteCount) -> String {
        size.bytes.isMultiple(of: 1 << 20) ? "\(size.mebibytes)MiB" : "\(size.bytes)B"
    }
}
