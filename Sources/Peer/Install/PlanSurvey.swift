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
        let up = Classes(members.map(\.pulse?.upForecast))
        let down = Classes(members.map(\.pulse?.downForecast))
        // Where nothing is known all links are taken to be alike, and a shared one to carry what one host does.
        let usualUp = up.usual ?? down.usual ?? Self.unknown
        let usualDown = down.usual ?? usualUp
        let hosts = members.map { member in
            PlanInputs.Host(
                peer: member.id, up: up.rate(of: member.pulse?.upForecast) ?? usualUp,
                down: down.rate(of: member.pulse?.downForecast) ?? usualDown, site: member.site, rack: member.rack,
                isHolder: holding.contains(member.id))
        }
        return PlanInputs(
            hosts: hosts, links: sharedLinks(of: members, usual: max(usualUp, usualDown)), bytes: bytes)
    }

    /// Bytes per second; only how rates compare matters where none is known.
    private static let unknown = 100_000_000

    private func sharedLinks(of members: [MemberView], usual: Int) -> [PlanInputs.SharedLink] {
        let up = Classes(links.map(\.up))
        let down = Classes(links.map(\.down))
        var known: [LinkObservations.Link: LinkRate] = [:]
        for link in links { known[link.link] = link }
        func shared(_ link: LinkObservations.Link, site: String, rack: String?) -> PlanInputs.SharedLink {
            let rate = known[link]
            return PlanInputs.SharedLink(
                site: site, rack: rack, up: up.rate(of: rate?.up) ?? usual, down: down.rate(of: rate?.down) ?? usual)
        }
        let sites = Set(members.map(\.site))
        let racks = Set(members.map { Place(site: $0.site, rack: $0.rack) })
        return sites.map { shared(.site($0), site: $0, rack: nil) }
            + racks.map { shared(.rack(site: $0.site, rack: $0.rack), site: $0.site, rack: $0.rack) }
    }

    private struct Place: Hashable {
        let site: String
        let rack: String
    }

    /// Rates that lie close together, each class with its median.
    private struct Classes {
        /// The lowest rate of each class and its median, in bytes per second, ascending.
        private var classes: [(least: Int, median: Int)] = []
        private(set) var usual: Int?

        /// The largest rate of a class is at most so many hundredths of the least.
        private static let width = 115

        init(_ rates: [BitRate?]) {
            let sorted = rates.compactMap { $0.map { Int($0.bitsPerSecond / 8) } }.filter { $0 > 0 }.sorted()
            guard !sorted.isEmpty else { return }
            usual = sorted[sorted.count / 2]
            var first = 0
            while first < sorted.count {
                let end = sorted[first...].firstIndex { $0 > sorted[first] / 100 * Self.width } ?? sorted.count
                classes.append((sorted[first], sorted[(first + end) / 2]))
                first = end
            }
        }

        /// What is planned with; nil when the rate is not known.
        func rate(of rate: BitRate?) -> Int? {
            guard let rate else { return nil }
            let bytes = Int(rate.bitsPerSecond / 8)
            return classes.last { $0.least <= bytes }?.median ?? bytes
        }
    }
}
