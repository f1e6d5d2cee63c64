import Basics
import Lab
import Testing

@Suite("A topology repeated to more hosts")
struct TopologyScaledTests {
    @Test("copies of the sites follow, and the last is cut")
    func copies() throws {
        let file = try Topology.parse(TopologyTests.full, file: "x")
        let large = file.scaled(toHosts: 30)
        #expect(large.hosts.count == 30)
        #expect(Array(large.hosts.prefix(11)) == file.hosts)
        #expect(large.sites.map(\.name) == ["tokyo", "kyoto", "tokyo.2", "kyoto.2", "tokyo.3"])
        #expect(large.hosts.map(\.index) == Array(0..<30))
        #expect(Set(large.hosts.map(\.name)).count == 30 && Set(large.hosts.map(\.path)).count == 30)
        #expect(large.hosts[14].path == "tokyo.2/r0/h3" && large.hosts[14].name == "tokyo-r0-h3.2")
        #expect(large.hosts[14].link == file.hosts[3].link && large.hosts[14].site == 2)
        #expect(large.hosts[21].path == "kyoto.2/r0/h0" && large.hosts[21].rack == 0)
        #expect(large.sites[2].wan == file.sites[0].wan)
        #expect(large.sites[4].racks.map(\.hosts) == [22..<30])
        #expect(large.sources == file.sources && large.joins == file.joins && large.events == file.events)
        #expect(large.images == file.images)
        for (place, site) in large.sites.enumerated() {
            for (rack, hosts) in site.racks.map(\.hosts).enumerated() {
                #expect(large.hosts[hosts].allSatisfy { $0.site == place && $0.rack == rack })
            }
        }
        let cut = file.scaled(toHosts: 20)
        #expect(cut.hosts.count == 20 && cut.sites.last?.racks.map(\.hosts) == [11..<19, 19..<20])
    }

    @Test("a count that is there already changes nothing")
    func fewer() throws {
        let file = try Topology.parse(TopologyTests.full, file: "x")
        #expect(file.scaled(toHosts: 11) == file)
        #expect(file.scaled(toHosts: 1) == file)
    }

    @Test("names that would get too long stay short and unique")
    func longNames() throws {
        let name = String(repeating: "n", count: 63)
        let text = "name: a\nsites: [{name: \(name), racks: [{name: r, hosts: [\(name), m]}]}]\n"
        let large = try Topology.parse(text, file: "x").scaled(toHosts: 40)
        #expect(Set(large.hosts.map(\.name)).count == 40 && Set(large.sites.map(\.name)).count == 20)
        #expect(large.hosts.allSatisfy { $0.name.utf8.count <= 63 })
        #expect(large.sites.allSatisfy { $0.name.utf8.count <= 63 })
    }

    @Test("100,000 hosts are there in a few seconds")
    func size() throws {
        let file = try Topology.parse(TopologyTests.full, file: "x")
        let clock = ContinuousClock()
        var large = file
        let time = clock.measure { large = file.scaled(toHosts: 100_000) }
        #expect(Set(large.hosts.map(\.name)).count == 100_000)
        #expect(time < .seconds(3), "\(time)")
    }
}
