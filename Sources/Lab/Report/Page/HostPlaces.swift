/// Where the hosts of a report are: its hosts by rack and site, in the order of the topology.
struct HostPlaces {
    /// The hosts of one rack.
    struct Group {
        let site: String
        let rack: String
        var hosts: [String]

        /// `site/rack`, or what of it says anything.
        var name: String { site.isEmpty ? rack : rack.isEmpty ? site : "\(site)/\(rack)" }
    }

    private(set) var groups: [Group] = []
    private(set) var groupOf: [String: Int] = [:]
    /// `site/rack/host` by a host's name, where it is known.
    private(set) var pathOf: [String: String] = [:]
    /// Names of hosts by their path.
    private(set) var nameOf: [String: String] = [:]

    init(_ report: RunReport, topology: Topology?) {
        let hosts = report.hostsDetail.map(\.host)
        let known = Set(hosts)
        if let topology, known.isSubset(of: Set(topology.hosts.map(\.name))) {
            for host in topology.hosts where known.contains(host.name) { add(host.name, path: host.path) }
        } else {
            for link in report.links {
                let parts = link.link.split(separator: "/")
                guard parts.count == 3 else { continue }
                let names = ["\(parts[2])", "\(parts[1])-\(parts[2])", "\(parts[0])-\(parts[1])-\(parts[2])"]
                if let name = names.first(where: { known.contains($0) && pathOf[$0] == nil }) {
                    add(name, path: link.link)
                }
            }
        }
        for host in hosts where groupOf[host] == nil { add(host, path: nil) }
    }

    var order: [String] { groups.flatMap(\.hosts) }
    var hasSites: Bool { Set(groups.map(\.site)).count > 1 }

    private mutating func add(_ name: String, path: String?) {
        let parts = path?.split(separator: "/").map(String.init) ?? []
        let (site, rack) = parts.count == 3 ? (parts[0], parts[1]) : ("", "")
        if groups.last.map({ $0.site == site && $0.rack == rack }) != true {
            groups.append(Group(site: site, rack: rack, hosts: []))
        }
        groups[groups.count - 1].hosts.append(name)
        groupOf[name] = groups.count - 1
        if let path {
            pathOf[name] = path
            nameOf[path] = name
        }
    }
}
