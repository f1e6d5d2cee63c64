import Basics
import StrictYAML

/// Settles the peers' names and finds hosts, racks and sites by what a file calls them.
struct HostDirectory {
    let sites: [TopologySite]
    let hosts: [TopologyHost]
    private let byPath: [String: Int]
    private let byName: [String: Int]

    init(sites: [TopologySite], drafts: [PlaceParser.HostDraft], sitesValue: YAMLValue) throws(SkeinError) {
        self.sites = sites
        let counts = Dictionary(drafts.map { ($0.name, 1) }, uniquingKeysWith: +)
        // Either all peers are named by their hosts' own names, or all by the longer ones.
        let isShort = counts.count == drafts.count
        var hosts: [TopologyHost] = []
        var byPath: [String: Int] = [:]
        var byName: [String: Int] = [:]
        for draft in drafts {
            let site = sites[draft.site].name
            let rack = sites[draft.site].racks[draft.rack].name
            let long = sites.count == 1 ? "\(rack)-\(draft.name)" : "\(site)-\(rack)-\(draft.name)"
            let name = isShort ? draft.name : long
            let path = "\(site)/\(rack)/\(draft.name)"
            guard name.utf8.count <= FormatLimits.nameBytes else {
                throw sitesValue.failure(
                    "the name \(name) of host \(path) is too long: \(name.utf8.count) bytes, at most "
                        + "\(FormatLimits.nameBytes) are possible", next: "use shorter names of sites and racks")
            }
            if let other = byName.updateValue(hosts.count, forKey: name) {
                throw sitesValue.failure("the hosts \(hosts[other].path) and \(path) would both be named \(name)")
            }
            byPath[path] = hosts.count
            hosts.append(
                TopologyHost(
                    index: hosts.count, path: path, name: name, site: draft.site, rack: draft.rack, link: draft.link,
                    capacity: draft.capacity))
        }
        for (index, draft) in drafts.enumerated() where counts[draft.name] == 1 && byName[draft.name] == nil {
            byName[draft.name] = index
        }
        self.hosts = hosts
        self.byPath = byPath
        self.byName = byName
    }

    /// A host by path or by a name that is unique.
    func host(_ reference: String, at place: YAMLValue) throws(SkeinError) -> Int {
        if let index = byPath[reference] ?? byName[reference] { return index }
        if !reference.contains("/"), let first = hosts.first(where: { $0.path.hasSuffix("/\(reference)") }) {
            throw place.failure(
                "several hosts are named \(reference)", next: "name the one that is meant by its path, as \(first.path)"
            )
        }
        let candidates = hosts.prefix(512).map { reference.contains("/") ? $0.path : $0.name }
        throw place.failure(
            "there is no host \(reference)",
            next: Spelling.nearest(to: reference, among: candidates).map { "did you mean \($0)?" }
                ?? "hosts are named site/rack/host, such as \(hosts[0].path)")
    }

    /// One host or a list of hosts, each once.
    func hostList(_ value: YAMLValue, _ what: String) throws(SkeinError) -> [Int] {
        guard let items = try? value.list(what, limit: hosts.count) else {
            return [try host(try value.string(what), at: value)]
        }
        guard !items.isEmpty else { throw value.failure("\(what) is empty") }
        var found: [Int] = []
        for item in items {
            let index = try host(try item.string(what), at: item)
            guard !found.contains(index) else { throw item.failure("\(what) names \(hosts[index].path) twice") }
            found.append(index)
        }
        return found
    }

    /// A site (`tokyo`) or a rack (`tokyo/r0`), or nil.
    func group(_ reference: String) -> TopologyEvent.Group? {
        let parts = reference.split(separator: "/", omittingEmptySubsequences: false)
        guard let site = sites.firstIndex(where: { $0.name == parts[0] }) else { return nil }
        switch parts.count {
        case 1: return .site(site)
        case 2: return sites[site].racks.firstIndex { $0.name == parts[1] }.map { .rack(site: site, rack: $0) }
        default: return nil
        }
    }
}
