extension Topology {
    /// The declared shapes of all links in the order of the counters: hosts, then, site by site, the wide-area link
    /// (where there are several sites) and the uplinks of the racks.
    var linkShapes: [LinkShape] {
        var shapes = hosts.map(\.link)
        for site in sites {
            if sites.count > 1 { shapes.append(site.wan) }
            shapes += site.racks.map(\.uplink)
        }
        return shapes
    }
}
