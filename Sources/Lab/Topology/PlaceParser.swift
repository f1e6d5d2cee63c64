import Basics
import StrictYAML

/// Reads sites, racks and hosts, and numbers the hosts in the order of the file.
struct PlaceParser {
    /// A host before its name among all hosts is settled.
    struct HostDraft {
        let name: String
        let site: Int
        let rack: Int
        let link: LinkShape
        let capacity: HostCapacity
    }

    /// What hosts may use unless their rack says otherwise.
    let capacity: HostCapacity
    private(set) var hosts: [HostDraft] = []

    init(capacity: HostCapacity) { self.capacity = capacity }

    mutating func sites(_ value: YAMLValue) throws(SkeinError) -> [TopologySite] {
        let items = try value.list("sites", limit: LabLimits.sites)
        guard !items.isEmpty else { throw value.failure("sites is empty", next: "a topology has at least one site") }
        var sites: [TopologySite] = []
        for item in items {
            let map = try item.mapping("a site")
            try map.allow(only: ["name", "wan", "racks"])
            let name = try TopologyParser.name(map.require("name"), "the name of a site")
            guard !sites.contains(where: { $0.name == name }) else {
                throw try map.require("name").failure("two sites have the name \(name)")
            }
            let wan = try map["wan"].map { value throws(SkeinError) in try TopologyParser.link(value, "wan") }
            sites.append(
                TopologySite(
                    name: name, wan: wan ?? .unshaped, racks: try racks(map.require("racks"), site: sites.count)))
        }
        return sites
    }

    private mutating func racks(_ value: YAMLValue, site: Int) throws(SkeinError) -> [TopologySite.Rack] {
        let items = try value.list("racks", limit: LabLimits.racksPerSite)
        guard !items.isEmpty else { throw value.failure("racks is empty", next: "a site has at least one rack") }
        var racks: [TopologySite.Rack] = []
        for item in items {
            let map = try item.mapping("a rack")
            try map.allow(only: ["name", "uplink", "hosts", "link", "overrides", "capacity"])
            let name = try TopologyParser.name(map.require("name"), "the name of a rack")
            guard !racks.contains(where: { $0.name == name }) else {
                throw try map.require("name").failure("two racks of one site have the name \(name)")
            }
            let uplink = try map["uplink"].map { value throws(SkeinError) in try TopologyParser.link(value, "uplink") }
            let first = hosts.count
            try appendHosts(map, site: site, rack: racks.count)
            racks.append(TopologySite.Rack(name: name, uplink: uplink ?? .unshaped, hosts: first..<hosts.count))
        }
        return racks
    }

    private mutating func appendHosts(_ rack: YAMLMapping, site: Int, rack number: Int) throws(SkeinError) {
        let names = try hostNames(rack.require("hosts"))
        let link = try rack["link"].map { value throws(SkeinError) in try TopologyParser.link(value, "link") }
        let capacity = try rack["capacity"].map(TopologyParser.capacity) ?? capacity
        var overrides: [String: LinkShape] = [:]
        if let map = try rack["overrides"]?.mapping("overrides") {
            let known = Set(names)
            for (host, value) in map.keys {
                guard known.contains(host) else {
                    throw map.place(of: host).failure(
                        "overrides names \(host), which is no host of this rack",
                        next: Spelling.hint(for: host, among: Array(names.prefix(64))))
                }
                overrides[host] = try TopologyParser.link(value, "overrides.\(host)")
            }
        }
        for name in names {
            let own = (link ?? .unshaped).overridden(by: overrides[name] ?? .unshaped)
            hosts.append(HostDraft(name: name, site: site, rack: number, link: own, capacity: capacity))
        }
        guard hosts.count <= LabLimits.hosts else {
            throw try rack.require("hosts").failure("more than \(LabLimits.hosts) hosts")
        }
    }

    /// A number of hosts (`h0`, `h1`, …) or their names.
    private func hostNames(_ value: YAMLValue) throws(SkeinError) -> [String] {
        guard let items = try? value.list("hosts", limit: LabLimits.hosts) else {
            let count = try value.int("hosts (a number, or a list of names)", in: 1...LabLimits.hosts)
            return (0..<count).map { "h\($0)" }
        }
        guard !items.isEmpty else { throw value.failure("hosts is empty", next: "a rack has at least one host") }
        var names: [String] = []
        var seen: Set<String> = []
        for item in items {
            let name = try TopologyParser.name(item, "the name of a host")
            guard seen.insert(name).inserted else { throw item.failure("two hosts of one rack have the name \(name)") }
            names.append(name)
        }
        return names
    }
}
