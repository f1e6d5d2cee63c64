/// Who fed whom: what arrived where and from whom, and how far each host is from the source.
struct FlowGraph {
    /// Hosts in the order of their places.
    let hosts: [String]
    let places: HostPlaces
    /// Between known hosts, the heaviest first.
    let flows: [Flow]
    let given: [String: Int64]
    let taken: [String: Int64]
    /// Steps from a source along the heaviest flows; a host that got nothing has none.
    let hops: [String: Int]

    init(_ report: RunReport, places: HostPlaces) {
        self.places = places
        hosts = places.order
        let known = Set(hosts)
        let sorted = report.flows
            .filter { $0.bytes > 0 && $0.from != $0.to && known.contains($0.from) && known.contains($0.to) }
            .sorted { ($1.bytes, $0.from, $0.to) < ($0.bytes, $1.from, $1.to) }
        flows = sorted
        given = Dictionary(sorted.map { ($0.from, $0.bytes) }, uniquingKeysWith: &+)
        taken = Dictionary(sorted.map { ($0.to, $0.bytes) }, uniquingKeysWith: &+)
        hops = Self.hops(sorted, sources: report.hostsDetail.filter { $0.fate == .source }.map(\.host))
    }

    var depth: Int { hops.values.max() ?? 0 }

    /// Bytes that crossed between racks of one site, and between sites.
    var crossings: (racks: Int64, sites: Int64) {
        flows.reduce(into: (0, 0)) { sum, flow in
            switch distance(flow) {
            case .inside: break
            case .racks: sum.0 &+= flow.bytes
            case .sites: sum.1 &+= flow.bytes
            }
        }
    }

    enum Distance { case inside, racks, sites }

    func distance(_ flow: Flow) -> Distance {
        guard let from = places.groupOf[flow.from], let to = places.groupOf[flow.to], from != to else { return .inside }
        return places.groups[from].site == places.groups[to].site ? .racks : .sites
    }

    /// A tree grown from the sources by the heaviest flow that leaves it, level by level over the hosts' main feeders.
    private static func hops(_ flows: [Flow], sources: [String]) -> [String: Int] {
        var hops = Dictionary(sources.map { ($0, 0) }, uniquingKeysWith: { first, _ in first })
        // Each host hangs below the one that gave it most; what such loops leave out hangs below anybody reached.
        var main: [String: String] = [:]
        for flow in flows where hops[flow.to] == nil && main[flow.to] == nil { main[flow.to] = flow.from }
        var children: [String: [String]] = [:]
        for (child, parent) in main.sorted(by: { $0.key < $1.key }) { children[parent, default: []].append(child) }
        var queue = sources
        var next = 0
        func drain() {
            while next < queue.count {
                let parent = queue[next]
                next += 1
                for child in children[parent] ?? [] where hops[child] == nil {
                    hops[child] = (hops[parent] ?? 0) + 1
                    queue.append(child)
                }
            }
        }
        drain()
        while let flow = flows.first(where: { hops[$0.from] != nil && hops[$0.to] == nil }) {
            hops[flow.to] = (hops[flow.from] ?? 0) + 1
            queue.append(flow.to)
            drain()
        }
        return hops
    }
}
