import Basics
import Gossip
import Testing

/// Shared links are found by bursts of few hosts that disturb each other not.
@Suite struct VirtualSitesTests {
    private static let mbit = 1e6 / 8

    /// Hosts of 40 Mbit/s; what each site sends to others and receives from them is shared.
    private static func links(_ hosts: [LinkHost], up: [Double], down: [Double], noise: Double) -> VirtualLinks {
        let rates = [Double](repeating: 40 * mbit, count: hosts.count)
        var links = VirtualLinks(up: rates, down: rates, noise: noise)
        for (number, rate) in up.enumerated() {
            links.shared.append(
                (rate * mbit, { hosts[$0.from].site == "s\(number)" && hosts[$0.to].site != "s\(number)" }))
        }
        for (number, rate) in down.enumerated() {
            links.shared.append(
                (rate * mbit, { hosts[$0.to].site == "s\(number)" && hosts[$0.from].site != "s\(number)" }))
        }
        return links
    }

    private func expect(_ rate: BitRate?, _ mbit: Double, _ what: String) {
        let found = Double(rate?.bitsPerSecond ?? 0) / 1e6
        #expect(abs(found / mbit - 1) < 0.15, "\(what): \(found) instead of \(mbit)")
    }

    @Test(arguments: [1, 2, 3] as [UInt64], [0.0, 0.05])
    func thePathsBetweenThreeSitesAreFound(seed: UInt64, noise: Double) {
        let hosts = VirtualSites.hosts(sites: 3, of: 4)
        let up = [10.0, 16, 8]
        let down = [12.0, 10, 20]
        var group = VirtualSites(hosts, Self.links(hosts, up: up, down: down, noise: noise), seed: seed)
        group.run(for: .seconds(300))
        #expect(group.mostBursts == 1)
        for (one, other) in [(0, 1), (0, 2), (1, 2)] {
            let rate = group.rates.first { $0.link == .pair("s\(one)", "s\(other)") }
            expect(rate?.up, min(up[one], down[other]), "s\(one) to s\(other), seed \(seed)")
            expect(rate?.down, min(up[other], down[one]), "s\(other) to s\(one), seed \(seed)")
            #expect(rate.map { $0.observers >= 4 } ?? false)
        }
        for site in 0..<3 {
            let rate = group.rates.first { $0.link == .site("s\(site)") }
            expect(rate?.up, up[site], "out of s\(site), seed \(seed)")
            expect(rate?.down, down[site], "into s\(site), seed \(seed)")
        }
        // Nine hosts measure, each within a thousandth of what it may; the others never.
        #expect(group.hosts.count { $0.bytes > 0 } == 9)
        for host in group.hosts { #expect(host.bytes < UInt64(LinkLimits.bytes) / 16) }
        let spent = group.hosts.map(\.bytes)
        group.run(for: .seconds(600))
        #expect(group.hosts.map(\.bytes) == spent)
    }

    @Test func clocksThatDifferByLessThanASecondDisturbNobody() {
        let hosts = VirtualSites.hosts(sites: 2, of: 3)
        let links = Self.links(hosts, up: [10, 12], down: [20, 20], noise: 0.05)
        var group = VirtualSites(hosts, links, skew: .milliseconds(500), seed: 5)
        group.run(for: .seconds(150))
        #expect(group.mostBursts == 1)
        #expect(group.rates.map(\.link) == [.pair("s0", "s1")])
        expect(group.rates.first?.up, 10, "s0 to s1")
        expect(group.rates.first?.down, 12, "s1 to s0")
    }

    @Test func uplinksOfRacksAreFound() {
        let hosts = VirtualSites.hosts(sites: 1, racks: 3, of: 3)
        var links = Self.links(hosts, up: [], down: [], noise: 0.05)
        links.shared.append((20 * Self.mbit, { hosts[$0.from].rack == "r1" && hosts[$0.to].rack != "r1" }))
        links.shared.append((15 * Self.mbit, { hosts[$0.to].rack == "r1" && hosts[$0.from].rack != "r1" }))
        var group = VirtualSites(hosts, links, seed: 6)
        group.run(for: .seconds(200))
        #expect(group.mostBursts == 1)
        // Of the other uplinks no host can show more than its own rate.
        #expect(group.rates.map(\.link) == [.rack(site: "s0", rack: "r1")])
        expect(group.rates.first?.up, 20, "out of r1")
        expect(group.rates.first?.down, 15, "into r1")
    }

    @Test func whatCarriesAsMuchAsAHostIsNotClaimed() {
        let hosts = VirtualSites.hosts(sites: 2, of: 4)
        var group = VirtualSites(hosts, Self.links(hosts, up: [40, 100], down: [40, 100], noise: 0.05), seed: 7)
        group.run(for: .seconds(150))
        #expect(group.hosts.contains { $0.bytes > 0 })
        #expect(group.rates.isEmpty)
    }
}
