public import Basics

/// What a shared link carries, as the group knows it: the medians of what those behind it measured lately.
public struct LinkRate: Hashable, Sendable {
    public let link: LinkObservations.Link
    /// Out of the rack or site, or from the first site to the second; nil when no burst has shown it.
    public let up: BitRate?
    public let down: BitRate?
    /// Whose observations count.
    public let observers: Int
    /// When the newest was made, in seconds since 1970.
    public let measured: UInt64

    /// All links that somebody has measured, in the order of their kinds and names.
    ///
    /// Of each host only what it says of links that it is behind itself, between places that there are; so a host can
    /// neither speak of what it cannot know, nor fill the list with links that nobody has.
    ///
    /// - Parameters:
    ///   - hosts: those known.
    ///   - observations: what they announced.
    ///   - now: seconds since 1970.
    public static func all(
        hosts: [LinkHost], observations: [PeerID: LinkObservations], now: UInt64
    ) -> [LinkRate] {
        let sites = Set(hosts.map(\.site))
        let age = UInt64(LinkLimits.age.components.seconds)
        var byLink: [LinkObservations.Link: [LinkObservations.Observation]] = [:]
        for host in hosts {
            var told: Set<LinkObservations.Link> = []
            for observation in observations[host.peer]?.all ?? [] {
                let observation = observation.inOrder
                guard host.isBehind(observation.link), observation.up != nil || observation.down != nil,
                    told.insert(observation.link).inserted,
                    observation.isRecent(age: age, now: now)
                else { continue }
                if case .between(let one, let other) = observation.link {
                    guard one != other, sites.contains(one), sites.contains(other) else { continue }
                }
                byLink[observation.link, default: []].append(observation)
            }
        }
        return byLink.keys.sorted(by: isBefore).map { link in
            let observed = byLink[link]!
            let (up, down) = LinkObservations.median(of: observed, about: link, age: age, now: now)
            return LinkRate(
                link: link, up: up, down: down, observers: observed.count,
                measured: observed.map(\.measured).max() ?? 0)
        }
    }

    private static func isBefore(_ a: LinkObservations.Link, _ b: LinkObservations.Link) -> Bool {
        (a.code, a.names.0, a.names.1) < (b.code, b.names.0, b.names.1)
    }
}

extension LinkObservations.Observation {
    /// The same with the lower name first when it is about two sites.
    fileprivate var inOrder: LinkObservations.Observation {
        guard case .between(let first, let second) = link, second < first else { return self }
        return .init(link: .between(second, first), up: down, down: up, measured: measured)
    }
}
