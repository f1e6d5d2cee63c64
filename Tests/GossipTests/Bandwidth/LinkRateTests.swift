import Basics
import Gossip
import Testing

/// What readers make of the observations of many.
@Suite struct LinkRateTests {
    private static let now: UInt64 = 1_800_000_000
    private static let hosts = VirtualSites.hosts(sites: 3, racks: 2, of: 2)

    private static func seen(
        _ link: LinkObservations.Link, up: Int64?, down: Int64?, at: UInt64 = now
    ) -> LinkObservations.Observation {
        .init(
            link: link, up: up.map(BitRate.init(bitsPerSecond:)), down: down.map(BitRate.init(bitsPerSecond:)),
            measured: at)
    }

    private static func rates(_ told: [(Int, [LinkObservations.Observation])]) -> [LinkRate] {
        LinkRate.all(
            hosts: hosts,
            observations: Dictionary(uniqueKeysWithValues: told.map { (hosts[$0.0].peer, LinkObservations($0.1)) }),
            now: now)
    }

    @Test func theMedianOfBothSidesCounts() throws {
        let pair = LinkObservations.Link.pair("s1", "s0")
        let rates = Self.rates([
            (0, [Self.seen(pair, up: 10, down: 20)]), (1, [Self.seen(pair, up: 11, down: nil, at: Self.now - 100)]),
            // Who names it the other way round means the same.
            (5, [Self.seen(.between("s1", "s0"), up: 21, down: 12)]),
        ])
        let rate = try #require(rates.first)
        #expect(rates.count == 1)
        #expect(rate.link == .between("s0", "s1"))
        #expect(rate.up == BitRate(bitsPerSecond: 11))
        #expect(rate.down == BitRate(bitsPerSecond: 20))
        #expect(rate.observers == 3)
        #expect(rate.measured == Self.now)
    }

    @Test func nobodySpeaksOfALinkThatItIsNotBehind() {
        let rates = Self.rates([
            (
                0,
                [
                    Self.seen(.pair("s1", "s2"), up: 1, down: 1), Self.seen(.site("s1"), up: 1, down: 1),
                    Self.seen(.rack(site: "s0", rack: "r1"), up: 1, down: 1),
                    Self.seen(.pair("s0", "elsewhere"), up: 1, down: 1),
                    Self.seen(.between("s0", "s0"), up: 1, down: 1),
                ]
            )
        ])
        #expect(rates.isEmpty)
    }

    @Test func nobodyVotesTwice() {
        let site = LinkObservations.Link.site("s0")
        let rates = Self.rates([
            (0, [Self.seen(site, up: 1, down: 1), Self.seen(site, up: 1, down: 1), Self.seen(site, up: 1, down: 1)]),
            (1, [Self.seen(site, up: 9, down: 9)]), (2, [Self.seen(site, up: 9, down: 9)]),
        ])
        #expect(rates.map(\.up) == [BitRate(bitsPerSecond: 9)])
        #expect(rates.map(\.observers) == [3])
    }

    @Test func whatIsOldOrOfTheFutureDoesNotCount() {
        let age = UInt64(LinkLimits.age.components.seconds)
        let site = LinkObservations.Link.site("s0")
        for time in [0, Self.now - age - 1, Self.now + age + 1, .max] {
            #expect(Self.rates([(0, [Self.seen(site, up: 1, down: 1, at: time)])]).isEmpty)
        }
        #expect(Self.rates([(0, [Self.seen(site, up: nil, down: nil)])]).isEmpty)
        #expect(Self.rates([(0, [Self.seen(site, up: 1, down: nil, at: Self.now + 60)])]).count == 1)
    }

    @Test func partnersAreBeyondTheLinkAndOfAllPlacesInTurn() {
        var random = RandomSource(seed: 2)
        let candidates = Self.hosts.map { LinkPartners.Candidate(host: $0, rate: nil) }
        let own = Self.hosts[0]
        func order(_ link: LinkObservations.Link) -> [LinkHost] {
            LinkPartners.order(candidates, from: own, by: link, using: &random).map { peer in
                Self.hosts.first { $0.peer == peer }!
            }
        }
        let outside = order(.site("s0"))
        #expect(outside.count == 8)
        #expect(Set(outside.prefix(2).map(\.site)) == ["s1", "s2"])
        let across = order(.pair("s0", "s2"))
        #expect(across.count == 4 && across.allSatisfy { $0.site == "s2" })
        #expect(Set(across.prefix(2).map(\.rack)) == ["r0", "r1"])
        let near = order(.rack(site: "s0", rack: "r0"))
        #expect(near.count == 2 && near.allSatisfy { $0.site == "s0" && $0.rack == "r1" })
    }
}
