package import Basics

/// The namespaces, links and shapes of one emulated network, as the lines that `ip` and `tc` get: a pure value.
///
/// ```
/// namespace of host n        core namespace
///   eth0 ─── veth ─── p<n> [bridge r<k>] ru<k> ─── veth ─── rd<k> [bridge s<i>] wu<i> ─── wd<i> [bridge core]
/// ```
/// Each end of a link shapes what it sends: `up` at the member's end, `down` at the other.
///
/// Frames have 1,500 bytes. TCP hands up to eleven of them down as one packet, which goes through all buckets and bridges
/// together (segmentation offload, as on real cards) while each counts with headers of its own. One by one every frame
/// is a timer interrupt of every bucket, and two processors spend three quarters of a run of 32 hosts on those. Where
/// there is no bucket, packets are as large as any card takes.
package struct NetworkPlan: Sendable {
    package struct Host: Sendable {
        package let namespace: String
        package let address: String
        let mac: String
        let link: LinkShape
    }

    /// A link within the core namespace, or from it to a host.
    struct Link: Sendable {
        /// What people call it: a host's path, `site/rack` or `site`.
        let name: String
        /// The interface in the core namespace whose traffic is counted.
        let interface: String
        /// True when the member is on the other end, so that what the interface receives goes up.
        let receivesUp: Bool
        let shape: LinkShape
    }

    /// What the names of all namespaces of a lab begin with.
    static func prefix(id: String) -> String { "skein-\(id)" }

    package let coreNamespace: String
    /// The caller's own namespace under a name of the lab: the way out for what needs package archives.
    package let outsideNamespace: String
    package let hosts: [Host]
    let links: [Link]
    /// Some link has a rate, or will have one.
    private let hasBuckets: Bool
    private(set) var coreIP: [String] = []
    private(set) var coreTC: [String] = []

    /// Where namespaces with names are found.
    package static func path(ofNamespace name: String) -> String { "/run/netns/\(name)" }

    package init(topology: Topology, id: String) throws(SkeinError) {
        try Self.check(topology)
        let prefix = Self.prefix(id: id)
        coreNamespace = "\(prefix).core"
        outsideNamespace = "\(prefix).out"
        hosts = topology.hosts.map { host in
            let number = topology.addressNumber(of: host.index) + 2
            return Host(
                namespace: "\(prefix)-\(host.name)", address: "10.77.\(number >> 8).\(number & 255)",
                mac: "02:73:6b:00:\(Hex.encode([UInt8(number >> 8)])):\(Hex.encode([UInt8(number & 255)]))",
                link: host.link)
        }
        var links = topology.hosts.map {
            Link(name: $0.path, interface: "p\($0.index)", receivesUp: true, shape: $0.link)
        }
        var ip: [String] = []
        var tc: [String] = []
        func bridge(_ name: String) {
            // Without snooping, multicast reaches every port as on a plain switch; forwarding starts at once.
            ip.append("link add name \(name) type bridge mcast_snooping 0 stp_state 0 forward_delay 0")
            ip.append("link set dev \(name) up")
        }
        func port(_ name: String, of bridge: String) { ip.append("link set dev \(name) master \(bridge) up") }
        func joint(_ inner: String, on innerBridge: String, _ outer: String, on outerBridge: String, _ shape: LinkShape)
        {
            ip.append("link add name \(inner) type veth peer name \(outer)")
            port(inner, of: innerBridge)
            port(outer, of: outerBridge)
            if let up = shape.up { tc.append(Self.shaping(inner, up)) }
            if let down = shape.down { tc.append(Self.shaping(outer, down)) }
        }

        let hasCore = topology.sites.count > 1
        if hasCore { bridge("core") }
        var rackNumber = 0
        for (siteNumber, site) in topology.sites.enumerated() {
            bridge("s\(siteNumber)")
            if hasCore {
                joint("wu\(siteNumber)", on: "s\(siteNumber)", "wd\(siteNumber)", on: "core", site.wan)
                links.append(
                    Link(name: site.name, interface: "wu\(siteNumber)", receivesUp: false, shape: site.wan))
            }
            for rack in site.racks {
                bridge("r\(rackNumber)")
                joint("ru\(rackNumber)", on: "r\(rackNumber)", "rd\(rackNumber)", on: "s\(siteNumber)", rack.uplink)
                links.append(
                    Link(
                        name: "\(site.name)/\(rack.name)", interface: "ru\(rackNumber)", receivesUp: false,
                        shape: rack.uplink))
                for host in rack.hosts {
                    port("p\(host)", of: "r\(rackNumber)")
                    if let down = topology.hosts[host].link.down { tc.append(Self.shaping("p\(host)", down)) }
                }
                rackNumber += 1
            }
        }
        self.links = links
        hasBuckets =
            links.contains { $0.shape.up != nil || $0.shape.down != nil }
            || topology.events.contains { if case .shape = $0.action { true } else { false } }
        coreIP = ip
        coreTC = tc
    }

    /// All namespaces that the plan makes; the one outside is only named.
    package var namespaces: [String] { [coreNamespace] + hosts.map(\.namespace) }

    /// Lines for `ip -batch` in the caller's namespace: every namespace, and the links from hosts to the core.
    var creation: [String] {
        namespaces.map { "netns add \($0)" }
            + hosts.enumerated().map { number, host in
                "link add name eth0 address \(host.mac) netns \(host.namespace) type veth "
                    + "peer name p\(number) netns \(coreNamespace)"
            }
    }

    /// Lines for `ip -batch` in a host's namespace.
    ///
    /// The kernel has one table of neighbours for all namespaces, of 1024 entries by default, and drops packets when it is
    /// full: thirty-three hosts that all know each other fill it. Entries that are permanent do not count, and need no ARP.
    func hostIP(_ number: Int) -> [String] {
        let packets = hasBuckets ? "gso_max_size \(LabLimits.packetBytes) " : ""
        var lines = [
            "link set dev lo up", "addr add \(hosts[number].address)/16 dev eth0", "link set dev eth0 \(packets)up",
            // The same on every machine. What paces its packets besides (BBR) takes a timer for each, a tenth of all
            // processor time where 32 hosts share two processors.
            "route replace 10.77.0.0/16 dev eth0 proto kernel scope link src \(hosts[number].address) congctl cubic",
        ]
        guard hosts.count <= LabLimits.namedNeighbours else { return lines }
        for other in hosts.indices where other != number {
            lines.append("neigh add \(hosts[other].address) lladdr \(hosts[other].mac) dev eth0 nud permanent")
        }
        return lines
    }

    /// Lines for `tc -batch` in a host's namespace.
    func hostTC(_ number: Int) -> [String] { hosts[number].link.up.map { [Self.shaping("eth0", $0)] } ?? [] }

    /// Lines for `tc -batch` that give a link other rates, by namespace. A rate that the shape leaves out stays.
    func reshaping(_ link: TopologyEvent.Link, _ shape: LinkShape, _ topology: Topology) -> [(String, [String])] {
        let inner: (namespace: String, interface: String)
        let outer: String
        switch link {
        case .host(let host):
            inner = (hosts[host].namespace, "eth0")
            outer = "p\(host)"
        case .group(.site(let site)):
            inner = (coreNamespace, "wu\(site)")
            outer = "wd\(site)"
        case .group(.rack(let site, let rack)):
            let number = topology.sites[..<site].reduce(rack) { $0 + $1.racks.count }
            inner = (coreNamespace, "ru\(number)")
            outer = "rd\(number)"
        }
        var lines: [(String, [String])] = []
        if let up = shape.up { lines.append((inner.namespace, [Self.shaping(inner.interface, up)])) }
        if let down = shape.down { lines.append((coreNamespace, [Self.shaping(outer, down)])) }
        return lines
    }

    /// A token bucket: bursts of 4 ms and at least one packet with its headers, which the bucket would take apart
    /// otherwise; a queue of 30 ms.
    static func shaping(_ interface: String, _ rate: BitRate) -> String {
        let burst = max(Int64(LabLimits.packetBytes + LabLimits.packetBytes / 8), rate.bitsPerSecond / 8 / 250)
        return "qdisc replace dev \(interface) root tbf rate \(rate.bitsPerSecond)bit burst \(burst)b latency 30ms"
    }

    private static func check(_ topology: Topology) throws(SkeinError) {
        func tooMany(_ cause: String) -> SkeinError {
            SkeinError(
                .resources, doing: "emulating \(topology.name)", cause: cause,
                next: "use fewer hosts, or simulate the file")
        }
        guard topology.hosts.count <= LabLimits.emulatedHosts else {
            throw tooMany(
                "\(topology.hosts.count) hosts are more than the \(LabLimits.emulatedHosts) addresses of 10.77.0.0/16")
        }
        for site in topology.sites {
            for rack in site.racks where rack.hosts.count > LabLimits.bridgeMembers {
                throw tooMany(
                    "rack \(site.name)/\(rack.name) has \(rack.hosts.count) hosts; a bridge takes "
                        + "\(LabLimits.bridgeMembers)")
            }
            guard site.racks.count <= LabLimits.bridgeMembers else {
                throw tooMany(
                    "site \(site.name) has \(site.racks.count) racks; a bridge takes \(LabLimits.bridgeMembers)")
            }
        }
        guard topology.sites.count <= LabLimits.bridgeMembers else {
            throw tooMany("\(topology.sites.count) sites; a bridge takes \(LabLimits.bridgeMembers)")
        }
    }
}
