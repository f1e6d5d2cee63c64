import Basics
import StrictYAML

/// Turns the values of a cluster file into a ``ClusterSpec``; the files it takes in are counted against one limit.
struct ClusterSpecReader {
    /// What `source:` and `ssh_keys:` paths hold, by the path as written.
    let sources: [String: SourceFile]
    /// Bytes of all files taken so far.
    var contentBytes = 0

    init(sources: [String: SourceFile]) { self.sources = sources }

    mutating func read(_ root: YAMLValue) throws(SkeinError) -> ClusterSpec {
        let file = try root.mapping("a cluster file")
        try refuseLater(["nodes", "shared", "mpi", "scheduler", "boot"], in: file)
        try file.allow(only: [
            "version", "name", "base", "image", "roles", "network", "hosts", "placement", "ready",
        ])
        if let version = file["version"] {
            guard try version.int("version") == 1 else {
                throw version.failure("this skein reads version 1 of the cluster file", next: "write version: 1")
            }
        }
        let nameValue = try file.require("name")
        let name = try label(nameValue, "name", limit: ClusterLimits.clusterNameBytes)
        let base = try file["base"].map { value throws(SkeinError) in try readBase(value) } ?? ClusterBase()
        let shared = try readImage(file["image"])
        let roles = try readRoles(try file.require("roles"), shared: shared)
        let subnet = try readSubnet(file["network"])
        let count = roles.reduce(0) { $0 + $1.count }
        guard count <= subnet.nodeCapacity else {
            throw file.place(of: "roles").failure(
                "\(count) nodes do not fit into \(subnet), which has addresses for \(subnet.nodeCapacity)",
                next: "write a larger network.subnet, such as 10.88.0.0/16")
        }
        try readPlacement(file["placement"])
        return ClusterSpec(
            name: name, base: base, roles: roles, subnet: subnet, hosts: try readHosts(file["hosts"]),
            readiness: try readReadiness(file["ready"]))
    }

    /// Fails at a key that the language of cluster files has and this version does not carry out.
    func refuseLater(_ later: [String], in mapping: YAMLMapping) throws(SkeinError) {
        for name in later where mapping[name] != nil {
            throw mapping.place(of: name).failure(
                "\"\(name)\" in \(mapping.what) is not built yet in this version of skein",
                next: "take it out; it would have no effect")
        }
    }

    /// A host-name label.
    func label(_ value: YAMLValue, _ what: String, limit: Int = FormatLimits.nameBytes) throws(SkeinError) -> String {
        let text = try value.string(what)
        if let problem = ClusterNames.problem(inLabel: text, limit: limit) {
            throw value.failure("\(what): \"\(text.prefix(80))\" \(problem)")
        }
        return text
    }

    private func readBase(_ value: YAMLValue) throws(SkeinError) -> ClusterBase {
        let mapping = try value.mapping("base")
        try refuseLater(["snapshot"], in: mapping)
        try mapping.allow(only: ["distro", "suite", "kernel"])
        var base = ClusterBase()
        base.distro = try word(mapping["distro"], "base.distro", among: ["debian"]) ?? base.distro
        base.suite = try word(mapping["suite"], "base.suite", among: ["bookworm"]) ?? base.suite
        base.kernel = try word(mapping["kernel"], "base.kernel", among: ["cloud", "generic"]) ?? base.kernel
        return base
    }

    private func word(_ value: YAMLValue?, _ what: String, among words: [String]) throws(SkeinError) -> String? {
        guard let value else { return nil }
        let text = try value.string(what)
        guard words.contains(text) else {
            throw value.failure(
                "\(what) \"\(text.prefix(80))\" is none that this version of skein knows",
                next: "possible: \(words.joined(separator: ", "))")
        }
        return text
    }

    private func readSubnet(_ value: YAMLValue?) throws(SkeinError) -> ClusterSubnet {
        guard let value else { return .standard }
        let network = try value.mapping("network")
        try refuseLater(["mode", "expose"], in: network)
        try network.allow(only: ["subnet"])
        guard let subnet = network["subnet"] else { return .standard }
        switch ClusterSubnet.parse(try subnet.string("network.subnet")) {
        case .success(let parsed): return parsed
        case .failure(.notASubnet):
            throw subnet.failure("network.subnet must be an IPv4 network such as 10.88.0.0/16")
        case .failure(.prefixOutOfRange):
            let range = ClusterLimits.subnetPrefixes
            throw subnet.failure("network.subnet must be between /\(range.lowerBound) and /\(range.upperBound)")
        case .failure(.hostBitsSet(let network)):
            throw subnet.failure("network.subnet is the address of a host", next: "did you mean \(network)?")
        case .failure(.notUnicast):
            throw subnet.failure("network.subnet is no network that hosts can have", next: "try 10.88.0.0/16")
        }
    }

    private func readHosts(_ value: YAMLValue?) throws(SkeinError) -> ClusterHosts {
        guard let value else { return .all }
        if (try? value.string("hosts")) == "all" { return .all }
        let items = (try? value.list("hosts", limit: FormatLimits.peers)) ?? [value]
        guard !items.isEmpty else {
            throw value.failure("hosts names no host", next: "write hosts: all, or names, site:NAME, rack:NAME")
        }
        var selectors: [ClusterHosts.Selector] = []
        for item in items {
            let text = try item.string("hosts")
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let name = parts.last ?? ""
            guard !name.isEmpty, name.utf8.count <= FormatLimits.nameBytes,
                name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") })
            else { throw item.failure("\"\(text.prefix(80))\" is not the name of a host, site:NAME or rack:NAME") }
            let selector: ClusterHosts.Selector
            if parts.count == 1 {
                selector = .name(name)
            } else if parts[0] == "site" {
                selector = .site(name)
            } else if parts[0] == "rack" {
                selector = .rack(name)
            } else {
                throw item.failure("hosts: \"\(text.prefix(80))\" is neither site:NAME nor rack:NAME")
            }
            guard !selectors.contains(selector) else { throw item.failure("hosts names \(text) twice") }
            selectors.append(selector)
        }
        return .some(selectors)
    }

    private func readPlacement(_ value: YAMLValue?) throws(SkeinError) {
        guard let value else { return }
        let placement = try value.mapping("placement")
        try refuseLater(["anti_affinity"], in: placement)
        try placement.allow(only: ["policy"])
        _ = try word(placement["policy"], "placement.policy", among: ["spread"])
    }

    private func readReadiness(_ value: YAMLValue?) throws(SkeinError) -> ClusterReadiness {
        var readiness = ClusterReadiness()
        guard let value else { return readiness }
        let ready = try value.mapping("ready")
        try refuseLater(["level"], in: ready)
        try ready.allow(only: ["no_progress", "min"])
        if let silence = ready["no_progress"] {
            let duration = try silence.duration("ready.no_progress")
            let range = ClusterLimits.noProgressSeconds
            guard duration >= .seconds(range.lowerBound), duration <= .seconds(range.upperBound) else {
                throw silence.failure("ready.no_progress must be between 5s and 24h")
            }
            readiness.noProgress = duration
        }
        if let minimum = ready["min"] {
            readiness.minimumShare = try minimum.percent("ready.min")
            guard readiness.minimumShare > 0 else { throw minimum.failure("ready.min of 0% would wait for nothing") }
        }
        return readiness
    }
}
