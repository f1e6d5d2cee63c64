public import Basics
import Gossip
import StrictYAML

/// What an operator knows of a host's links, so that the peer need not measure them: the key `rates`.
public struct DeclaredRates: Hashable, Sendable {
    /// One link, seen from the host: up leaves it. Nil: without limit, or not known.
    public struct Link: Hashable, Sendable {
        public var up: BitRate?
        public var down: BitRate?
    }

    /// The host's own link.
    public var own: Link
    /// The link that the hosts of its rack share, and that of its site.
    public var rack: Link?
    public var site: Link?

    init(_ value: YAMLValue) throws(SkeinError) {
        let map = try value.mapping("rates")
        try map.allow(only: ["up", "down", "rack", "site"])
        own = try DeclaredRates.link(map, "rates")
        rack = try map["rack"].map { value throws(SkeinError) in try DeclaredRates.shared(value, "rates.rack") }
        site = try map["site"].map { value throws(SkeinError) in try DeclaredRates.shared(value, "rates.site") }
    }

    /// What a host may give: the key `limits`.
    static func limits(_ value: YAMLValue) throws(SkeinError) -> Link {
        let limits = try shared(value, "limits")
        for (name, rate) in [("up", limits.up), ("down", limits.down)] {
            guard let rate, rate.bytesPerSecond < PeerLimits.leastLimit else { continue }
            throw value.failure("limits.\(name) is \(rate)", next: "the least is 1Mbit")
        }
        return limits
    }

    private static func shared(_ value: YAMLValue, _ what: String) throws(SkeinError) -> Link {
        let map = try value.mapping(what)
        try map.allow(only: ["up", "down"])
        return try link(map, what)
    }

    private static func link(_ map: YAMLMapping, _ what: String) throws(SkeinError) -> Link {
        Link(up: try map["up"]?.bitRate("\(what).up"), down: try map["down"]?.bitRate("\(what).down"))
    }

    /// What the host tells others of the links that it shares.
    func observations(site name: String, rack rackName: String, now: UInt64) -> LinkObservations {
        var all: [LinkObservations.Observation] = []
        if let rack, rack.up != nil || rack.down != nil {
            all.append(
                LinkObservations.Observation(
                    link: .rack(site: name, rack: rackName), up: rack.up, down: rack.down, measured: now))
        }
        if let site, site.up != nil || site.down != nil {
            all.append(LinkObservations.Observation(link: .site(name), up: site.up, down: site.down, measured: now))
        }
        return LinkObservations(all)
    }
}
