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
    func inputs(for image: ImageID, holders: Set<PeerID>, targets: [MemberView], bytes: Int) -> PlanInputs {
        let all = view.alive.filter { member in
            holders.contains(member.id) || member.pulse?.holdings.contains(image) ?? false
        }
        let holding = Set(all.map(\.id))
        let members = all + targets.filter { !holding.contains($0.id) }
        let up = RateClasses(members.map(\.pulse?.upForecast))
        let down = RateClasses(members.map(\.pulse?.downForecast))
        // Where nothing is known all links are taken to be alike, and a shared one to carry what the fastest host behind it
        // does.
        let usualUp = up.usual ?? down.usual ?? Self.unknown
        let usualDown = down.usual ?? usualUp
        let hosts = members.map { member in
            PlanInputs.Host(
                peer: member.id, up: up.rate(of: member.pulse?.upForecast) ?? usualUp,
                down: down.rate(of: member.pulse?.downForecast) ?? usualDown, site: member.site, rack: member.rack,
                isHolder: holding.contains(member.id))
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
        var sites: [String: Int] = [:]
        var racks: [Place: Int] = [:]
        for host in hosts {
            let rate = max(host.up ?? 0, host.down ?? 0)
            sites[host.site] = max(sites[host.site] ?? 0, rate)
            let place = Place(site: host.site, rack: host.rack)
            racks[place] = max(racks[place] ?? 0, rate)
        }
        func shared(_ link: LinkObservations.Link, site: String, rack: String?, fastest: Int) -> PlanInputs.SharedLink {
            let rate = known[link]
            return PlanInputs.SharedLink(
                site: site, rack: rack, up: up.rate(of: rate?.up) ?? fastest, down: down.rate(of: rate?.down) ?? fastest
            )
        }
        return sites.map { shared(.site($0), site: $0, rack: nil, fastest: $1) }
            + racks.map { place, fastest in
                shared(
                    .rack(site: place.site, rack: place.rack), site: place.site, rack: place.rack, fastest: fastest)
            }
    }

    private struct Place: Hashable {
        let site: String
        let rack: String
    }
}
