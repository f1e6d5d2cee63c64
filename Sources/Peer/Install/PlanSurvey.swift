import Basics
import Gossip
import ImageStore
import Pipeline

/// What this peer knows of the network, as inputs of a plan.
///
/// Measurements differ by chance: hosts and links whose rates lie close together are planned as equals.
struct PlanSurvey {
    let view: ClusterView
    let links: [LinkRate]

    /// - Parameters:
    ///   - holders: who is known to hold the image, beside those that announce it.
    ///   - targets: who is to get it.
    ///   - bytes: stored bytes of the image.
    ///   - limit: bytes per second that it may take of each host's link, each way; nil: what there is.
    func inputs(
        for image: ImageID, holders: Set<PeerID>, targets: [MemberView], bytes: Int, limit: Int? = nil
    ) -> PlanInputs {
        let all = view.alive.filter { member in
            holders.contains(member.id) || member.pulse?.holdings.contains(image) ?? false
        }
        let holding = Set(all.map(\.id))
        let members = all + targets.filter { !holding.contains($0.id) }
        let up = RateClasses(members.map(\.pulse?.upForecast))
        let down = RateClasses(members.map(\.pulse?.downForecast))
        // Where nothing is known all links are taken to be alike, and a shared one to carry what the fastest host does.
        let usualUp = up.usual ?? down.usual ?? Self.unknown
        let usualDown = down.usual ?? usualUp
        let sorted = members.sorted { ($0.address, $0.id) < ($1.address, $1.id) }
        let hosts = sorted.enumerated().map { row, member in
            PlanInputs.Host(
                peer: member.id, up: min(up.rate(of: member.pulse?.upForecast) ?? usualUp, limit ?? .max),
                down: min(down.rate(of: member.pulse?.downForecast) ?? usualDown, limit ?? .max), site: member.site,
                rack: member.rack, isHolder: holding.contains(member.id), row: row)
        }
        return PlanInputs(
            hosts: hosts, links: sharedLinks(of: hosts), bytes: bytes)
    }

    /// Bytes per second; only how rates compare matters where none is known.
    private static let unknown = 100_000_000

    private func sharedLinks(of hosts: [PlanInputs.Host]) -> [PlanInputs.SharedLink] {
        let up = RateClasses(links.map(\.up))
        let down = RateClasses(links.map(\.down))
        var known: [LinkObservations.Link: LinkRate] = [:]
        for link in links { known[link.link] = link }
        // A lower guess would make a rack of slow hosts set the pace of all.
        let fastest = hosts.map { max($0.up ?? 0, $0.down ?? 0) }.max() ?? 0
        func shared(_ link: LinkObservations.Link, site: String, rack: String?) -> PlanInputs.SharedLink {
            let rate = known[link]
            return PlanInputs.SharedLink(
                site: site, rack: rack, up: up.rate(of: rate?.up) ?? fastest, down: down.rate(of: rate?.down) ?? fastest
            )
        }
        let sites = Set(hosts.map(\.site))
        let racks = Set(hosts.map { Place(site: $0.site, rack: $0.rack) })
        return sites.map { shared(.site($0), site: $0, rack: nil) }
            + racks.map { shared(.rack(site: $0.site, rack: $0.rack), site: $0.site, rack: $0.rack) }
    }

    private struct Place: Hashable {
        let site: String
        let rack: String
    }
}
