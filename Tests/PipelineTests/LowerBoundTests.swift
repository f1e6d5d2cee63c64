import Basics
import Pipeline
import Testing

@Suite("The lower bound of a distribution")
struct LowerBoundTests {
    typealias Host = BoundNetwork.Host
    typealias Group = BoundNetwork.Group

    static func hosts(_ count: Int, up: Double? = 1, down: Double? = 1, group: Int? = nil) -> [Host] {
        [Host](repeating: Host(up: up, down: down, group: group), count: count)
    }

    /// Racks of hosts with links of 1; the first host is the source.
    static func racks(_ count: Int, hosts: Int, uplink: Double, parent: Int? = nil) -> BoundNetwork {
        let groups = (0..<count).map { _ in Group(up: uplink, down: uplink) }
        var network = BoundNetwork(
            hosts: (0..<count).flatMap { Self.hosts(hosts, group: $0) }, groups: groups)
        network.hosts[0].held = [0]
        return network
    }

    @Test("on one switch of like hosts it is the speed of a link", arguments: [2, 16, 32, 190])
    func flat(count: Int) {
        var network = BoundNetwork(hosts: Self.hosts(count))
        network.hosts[0].held = [0]
        #expect(LowerBound.rate(network) == 1)
        #expect(LowerBound.seconds(network, bytes: 8) == [0] + [Double](repeating: 8, count: count - 1))
    }

    @Test("when uplinks are thin, all uplinks together decide")
    func thinUplinks() throws {
        var network = BoundNetwork(hosts: Self.hosts(5, up: 0.5, down: 3))
        network.hosts[0] = Host(up: 2, down: 1, held: [0])
        #expect(abs(try #require(LowerBound.rate(network)) - 1) < 1e-9)
    }

    @Test("racks and sites limit it by their links, however deep", arguments: [0.25, 0.5, 1, 4])
    func racks(uplink: Double) throws {
        #expect(abs(try #require(LowerBound.rate(Self.racks(4, hosts: 8, uplink: uplink))) - min(1, uplink)) < 1e-9)
        // Two sites of two halls of two racks of three hosts, and the narrowest link at each depth in turn.
        for narrow in 0..<3 {
            var groups: [Group] = []
            var hosts: [Host] = []
            func rate(_ depth: Int) -> Double { depth == narrow ? uplink : 10 }
            for _ in 0..<2 {
                let site = groups.count
                groups.append(Group(up: rate(0), down: rate(0)))
                for _ in 0..<2 {
                    let hall = groups.count
                    groups.append(Group(up: rate(1), down: rate(1), parent: site))
                    for _ in 0..<2 {
                        groups.append(Group(up: rate(2), down: rate(2), parent: hall))
                        hosts += Self.hosts(3, group: groups.count - 1)
                    }
                }
            }
            hosts[0].held = [0]
            let network = BoundNetwork(hosts: hosts, groups: groups)
            #expect(abs(try #require(LowerBound.rate(network)) - min(1, uplink)) < 1e-9)
        }
    }

    @Test("a rack that cannot copy for itself draws more than one copy through its uplink")
    func poorRack() throws {
        // Four hosts that send 0.1 each need 4 R, so 4 R - 0.4 enters over a link of 1; the usual formula says 1.
        var hosts = Self.hosts(1, up: 4, down: 4, group: 0) + Self.hosts(4, up: 0.1, down: 4, group: 1)
        hosts[0].held = [0]
        let network = BoundNetwork(hosts: hosts, groups: [Group(up: 4, down: 4), Group(up: 1, down: 1)])
        #expect(network.usualFormula == 1)
        #expect(abs(try #require(LowerBound.rate(network)) - 0.35) < 1e-9)
    }

    @Test("two holders feed more than one, and a part has to leave those who hold it")
    func severalHolders() {
        var network = BoundNetwork(hosts: Self.hosts(10, up: 1, down: 9))
        network.hosts[0] = Host(up: 0.25, held: [0])
        #expect(LowerBound.rate(network) == 0.25)
        network.hosts[1] = Host(up: 0.5, held: [0])
        #expect(LowerBound.rate(network) == 0.75)
        // Each holds a half of all bytes: the slower one decides.
        network.parts = [0.5, 0.5]
        network.hosts[1].held = [1]
        network.hosts[1].down = 9
        network.hosts[0].down = 9
        #expect(LowerBound.rate(network) == 0.5)
        #expect(network.need(ofHost: 0) == 0.5 && network.need(ofHost: 2) == 1)
        // Behind the link of a rack the same.
        network.groups = [Group(up: 0.125, down: 9)]
        network.hosts[0].group = 0
        #expect(LowerBound.rate(network).map { abs($0 - 0.25) < 1e-6 } == true)
    }

    @Test("nothing limits, nothing is lacking, nobody has it")
    func extremes() {
        var network = BoundNetwork(hosts: Self.hosts(4, up: nil, down: nil))
        network.hosts[0].held = [0]
        #expect(LowerBound.rate(network) == nil)
        #expect(LowerBound.seconds(network, bytes: 100) == [0, 0, 0, 0])
        #expect(LowerBound.seconds(network, bytes: 0) == [0, 0, 0, 0])
        for place in network.hosts.indices { network.hosts[place].held = [0] }
        #expect(LowerBound.rate(network) == nil)
        for place in network.hosts.indices { network.hosts[place].held = [] }
        #expect(LowerBound.rate(network) == 0)
        #expect(LowerBound.seconds(network, bytes: 100) == [.infinity, .infinity, .infinity, .infinity])
        #expect(LowerBound.seconds(BoundNetwork(hosts: []), bytes: 100).isEmpty)
    }

    @Test("a host with a thin downlink is bounded by it, and the others as if it were not there")
    func slowDownlink() {
        var network = BoundNetwork(hosts: Self.hosts(32))
        network.hosts[0].held = [0]
        network.hosts[7].down = 0.1
        let seconds = LowerBound.seconds(network, bytes: 5)
        #expect(seconds.indices.allSatisfy { seconds[$0] == ($0 == 0 ? 0 : $0 == 7 ? 50 : 5) })
        network.hosts[7] = Host(up: 0.1, down: 1)
        #expect(LowerBound.seconds(network, bytes: 5).dropFirst().allSatisfy { $0 == 5 })
    }

    @Test("three speeds: each has its own bound")
    func mixedSpeeds() {
        var hosts = Self.hosts(8, up: 10, down: 10) + Self.hosts(12, up: 4, down: 4) + Self.hosts(12)
        hosts[0].held = [0]
        let seconds = LowerBound.seconds(BoundNetwork(hosts: hosts), bytes: 20)
        #expect(seconds[1..<8].allSatisfy { $0 == 2 })
        #expect(seconds[8..<20].allSatisfy { $0 == 5 })
        #expect(seconds[20...].allSatisfy { $0 == 20 })
    }

    @Test("who lacks less is bounded with the others of its speed")
    func partialHolders() {
        var network = BoundNetwork(hosts: Self.hosts(6), parts: [0.5, 0.5])
        network.hosts[0].held = [0]
        network.hosts[1].held = [1]
        #expect(LowerBound.seconds(network, bytes: 8) == [8, 8, 8, 8, 8, 8])
        // A faster one is bounded by itself, a slower one by its own link.
        network.hosts[0].down = 2
        #expect(LowerBound.seconds(network, bytes: 8) == [4, 8, 8, 8, 8, 8])
        network.hosts[0].down = 0.25
        #expect(LowerBound.seconds(network, bytes: 8) == [16, 8, 8, 8, 8, 8])
    }

    @Test("a thin link that all need makes fast and slow wait alike")
    func sharedLimit() {
        var hosts = Self.hosts(1, group: 0) + Self.hosts(3, up: 5, down: 10, group: 1)
        hosts += Self.hosts(3, up: 5, down: 2, group: 1) + Self.hosts(1, up: 5, down: 0.25, group: 1)
        hosts[0].held = [0]
        let groups = [Group(), Group(up: 9, down: 0.5)]
        let seconds = LowerBound.seconds(BoundNetwork(hosts: hosts, groups: groups), bytes: 2)
        #expect(seconds.count == 8 && seconds[0] == 0)
        #expect(seconds[1..<7].allSatisfy { abs($0 - 4) < 1e-6 })
        #expect(seconds[7] == 8)
    }

    @Test("who starts late is bounded by when it starts, and holds nobody up")
    func lateStart() {
        var network = BoundNetwork(hosts: Self.hosts(8))
        network.hosts[0].held = [0]
        network.hosts[3].start = 4
        network.hosts[4].start = 40
        #expect(LowerBound.seconds(network, bytes: 10) == [0, 10, 10, 14, 50, 10, 10, 10])
        // Without a limit of its own it is only as late as it starts.
        network.hosts[4].down = nil
        #expect(LowerBound.seconds(network, bytes: 10)[4] == 40)
    }

    @Test("100,000 hosts take at most some seconds")
    func size() {
        var hosts: [Host] = []
        var groups: [Group] = []
        for site in 0..<250 {
            let parent = groups.count
            groups.append(Group(up: 400, down: 400))
            for rack in 0..<10 {
                groups.append(Group(up: 200, down: 200, parent: parent))
                for host in 0..<40 {
                    let rate = [10.0, 40, 100][(site + rack + host) % 3]
                    hosts.append(Host(up: rate, down: rate, group: groups.count - 1))
                }
            }
        }
        hosts[2].held = [0]
        let network = BoundNetwork(hosts: hosts, groups: groups)
        let clock = ContinuousClock()
        var seconds: [Double] = []
        let time = clock.measure { seconds = LowerBound.seconds(network, bytes: 1e4) }
        #expect(Set(seconds) == [0, 100, 250, 1000])
        #expect(time < .seconds(5), "\(time)")
    }
}
