public import Basics

/// All that a plan is made of: who wants the image, who holds it, and what their links carry.
///
/// Peers with equal inputs derive equal plans. Rates are whole bytes per second; nil is not known, and counts as unlimited.
public struct PlanInputs: Hashable, Sendable {
    public struct Host: Hashable, Sendable {
        public var peer: PeerID
        public var up: Int?
        public var down: Int?
        /// Empty when it is not known.
        public var site: String
        public var rack: String
        public var isHolder: Bool
        /// Seconds from the order until it came: who comes later is behind, and is never above those before it.
        public var joined: Int
        /// Where it stands among all hosts when these are sorted by address: neighbours are more likely near than others.
        public var row: Int

        public init(
            peer: PeerID, up: Int? = nil, down: Int? = nil, site: String = "", rack: String = "",
            isHolder: Bool = false, joined: Int = 0, row: Int = 0
        ) {
            self.peer = peer
            self.up = up
            self.down = down
            self.site = site
            self.rack = rack
            self.isHolder = isHolder
            self.joined = joined
            self.row = row
        }
    }

    /// The link that the hosts of a rack or of a site share.
    public struct SharedLink: Hashable, Sendable {
        public var site: String
        /// Nil for the link of the whole site.
        public var rack: String?
        public var up: Int?
        public var down: Int?

        public init(site: String, rack: String? = nil, up: Int? = nil, down: Int? = nil) {
            self.site = site
            self.rack = rack
            self.up = up
            self.down = down
        }
    }

    /// By PeerID, each once.
    public private(set) var hosts: [Host]
    public private(set) var links: [SharedLink]
    /// Stored bytes of the image.
    public var bytes: Int
    /// What is forwarded as a whole: a slice.
    public var unitBytes: Int
    /// Too little came when hosts without a known place stood in a row by their addresses: see ``AddressRow``.
    var isRowSlow: Bool

    public init(
        hosts: [Host], links: [SharedLink] = [], bytes: Int, unitBytes: Int = FormatLimits.sliceBytes
    ) {
        self.init(hosts: hosts, links: links, bytes: bytes, unitBytes: unitBytes, isRowSlow: false)
    }

    init(hosts: [Host], links: [SharedLink], bytes: Int, unitBytes: Int, isRowSlow: Bool) {
        var seen: Set<PeerID> = []
        self.hosts = hosts.filter { seen.insert($0.peer).inserted }.sorted { $0.peer < $1.peer }
        self.links = links.sorted {
            ($0.site, $0.rack ?? "", $0.rack == nil ? 0 : 1) < ($1.site, $1.rack ?? "", $1.rack == nil ? 0 : 1)
        }
        self.bytes = bytes
        self.unitBytes = max(1, unitBytes)
        self.isRowSlow = isRowSlow
    }

    /// There may be links that nobody has told of: many hosts do not know their rack.
    var hasHiddenPlaces: Bool { HiddenPlaces.areThere(in: hosts) }

    /// Tells what places among ``hosts`` belong to: the same for the same hosts.
    public var fingerprint: UInt64 {
        hosts.reduce(0) { sum, host in
            (sum ^ host.peer.digest.prefix) &* 0x0000_0100_0000_01B3
        }
    }

    /// The place of a peer in ``hosts``; nil when it takes no part.
    func place(of peer: PeerID) -> Int? {
        var low = 0
        var high = hosts.count
        while low < high {
            let middle = (low + high) / 2
            if hosts[middle].peer < peer { low = middle + 1 } else { high = middle }
        }
        return low < hosts.count && hosts[low].peer == peer ? low : nil
    }

    /// The network of these inputs, with hosts in the same order.
    var network: PlanNetwork {
        let sites = Set(hosts.map(\.site)).sorted()
        let racks = Set(hosts.map { Rack(site: $0.site, name: $0.rack) }).sorted()
        func rate(_ value: Int?) -> Int { min(value ?? PlanNetwork.unlimited, PlanNetwork.unlimited) }
        func group(_ site: String, _ rack: String?, in parent: Int) -> PlanNetwork.Group {
            let link = links.first { $0.site == site && $0.rack == rack }
            return PlanNetwork.Group(up: rate(link?.up), down: rate(link?.down), parent: parent)
        }
        var groups = sites.map { group($0, nil, in: 0) }
        var places: [Rack: Int] = [:]
        for rack in racks {
            let site = sites.firstIndex(of: rack.site) ?? 0
            groups.append(group(rack.site, rack.name, in: site + 1))
            places[rack] = groups.count
        }
        return PlanNetwork(
            hosts: hosts.map { host in
                PlanNetwork.Host(
                    up: rate(host.up), down: rate(host.down),
                    group: places[Rack(site: host.site, name: host.rack)] ?? 0, isHolder: host.isHolder)
            },
            groups: groups)
    }

    private struct Rack: Hashable, Comparable {
        let site: String
        let name: String

        static func < (a: Rack, b: Rack) -> Bool { (a.site, a.name) < (b.site, b.name) }
    }
}
