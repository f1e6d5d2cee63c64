import Gossip

/// The other sites as `skein sites` shows them.
public struct SitesReport: Codable, Sendable {
    public struct Row: Codable, Sendable {
        public var site: String
        /// How many of its peers are there; 0 when none of its bridges is heard of.
        public var peers: Int
        public var vcpus: Int
        public var freeMemoryMiB: Int64
        /// One of its bridges.
        public var bridge: String?
        /// The beginnings of the names of the images that most of its hosts hold.
        public var images: [String]
    }

    /// The site of this peer.
    public var own: String
    /// The names of its bridges, in the order of their rank.
    public var bridges: [String]
    /// How many bridges of all sites this peer knows; 0 when it is none itself.
    public var bridgesInAll: Int
    /// In the order of their names.
    public var sites: [Row]
}

extension SitesReport {
    init(_ view: SitesView) {
        self.init(
            own: view.own, bridges: view.bridges, bridgesInAll: view.bridgesInAll,
            sites: view.sites.map { line in
                Row(
                    site: line.site, peers: Int(line.presentCount), vcpus: Int(line.vcpus),
                    freeMemoryMiB: Int64(clamping: line.freeMemoryMiB), bridge: line.bridge.map { "\($0)" },
                    images: line.holdings.map { prefix in
                        let hex = String(prefix, radix: 16)
                        return String(repeating: "0", count: 16 - hex.count) + hex
                    })
            })
    }
}
