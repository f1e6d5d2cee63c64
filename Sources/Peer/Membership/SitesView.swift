import Gossip

/// The other sites as this peer's site is told of them by its bridges.
struct SitesView: Sendable {
    let own: String
    /// In the order of their names.
    let sites: [SiteDirectory.Line]
    /// The names of this site's bridges, in the order of their rank.
    let bridges: [String]
    /// How many bridges of all sites this peer knows; 0 when it is none itself.
    let bridgesInAll: Int
}
