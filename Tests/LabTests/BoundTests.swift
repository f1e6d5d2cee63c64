import Basics
import Lab
import Testing

@Suite("The bound of a topology")
struct BoundTests {
    /// Four hosts of 8 Mbit/s, a megabyte a second, and what else a file says.
    static func topology(_ rest: String, link: String = "{up: 8Mbit, down: 8Mbit}", hosts: Int = 4) throws -> Topology {
        try Topology.parse(
            "name: a\nsites: [{name: s, racks: [{name: r, hosts: \(hosts), link: \(link)}]}]\n\(rest)\n", file: "x")
    }

    private func bounds(
        _ topology: Topology, megabytes: [Int64] = [10], goodputShare: Double = 1, unshapedRate: Double? = nil
    ) -> [Double?] {
        topology.bounds(
            storedBytes: megabytes.map { $0 * 1_000_000 }, goodputShare: goodputShare, unshapedRate: unshapedRate
        ).map { $0.map { ($0 * 1000).rounded() / 1000 } }
    }

    @Test("bytes over the rate, the source aside")
    func plain() throws {
        let topology = try Self.topology("image: {size: 1MiB}")
        #expect(bounds(topology) == [nil, 10, 10, 10])
        #expect(bounds(topology, goodputShare: 0.5) == [nil, 20, 20, 20])
        #expect(bounds(topology, megabytes: [0]) == [nil, nil, nil, nil])
        #expect(try bounds(Self.topology("source: h1"), megabytes: []) == [nil, nil, nil, nil])
    }

    @Test("what is unshaped has the measured rate, or no limit")
    func unshaped() throws {
        let topology = try Self.topology("image: {size: 1MiB}", link: "{}")
        #expect(bounds(topology) == [nil, nil, nil, nil])
        #expect(bounds(topology, goodputShare: 0.5, unshapedRate: 5_000_000) == [nil, 2, 2, 2])
        let down = try Self.topology("image: {size: 1MiB}", link: "{down: 8Mbit}")
        #expect(bounds(down) == [nil, 10, 10, 10])
        // The uplinks are thinner than what is measured for the others.
        #expect(bounds(down, unshapedRate: 500_000) == [nil, 20, 20, 20])
    }

    @Test("late hosts are bounded from the start of the install")
    func joins() throws {
        let topology = try Self.topology("image: {size: 1MiB}\njoin: {h2: 4s, h3: 500ms}")
        #expect(bounds(topology) == [nil, 10, 14, 10.5])
    }

    @Test("two images of two sources: a source lacks one of them")
    func images() throws {
        let images = "images: [{name: a, size: 1MiB, source: h0}, {name: b, size: 1MiB, source: h1}]"
        #expect(try bounds(Self.topology(images), megabytes: [4, 4]) == [8, 8, 8, 8])
        // With a fat link the sources' own images have to leave them once, and all uplinks carry everything once.
        let fat = try Self.topology(images, link: "{up: 8Mbit, down: 80Mbit}")
        #expect(bounds(fat, megabytes: [6, 2]) == [6, 6, 6, 6])
    }

    @Test("of a next version only what changed has to come")
    func nextVersion() throws {
        let topology = try Self.topology("image: {size: 1MiB, previous: {changed: 5%}}")
        #expect(bounds(topology) == [nil, 0.5, 0.5, 0.5])
        #expect(try bounds(Self.topology("image: {size: 1MiB, previous: {changed: 0%}}")) == [nil, nil, nil, nil])
    }

    @Test("racks, wide-area links and overrides count; a link that gets faster counts as that")
    func links() throws {
        func two(_ rest: String) throws -> Topology {
            try Topology.parse(
                """
                name: a
                sites:
                  - name: x
                    wan: {up: 4Mbit, down: 80Mbit}
                    racks: [{name: r, hosts: 2, link: {up: 8Mbit, down: 8Mbit}}]
                  - name: y
                    wan: {up: 80Mbit, down: 80Mbit}
                    racks:
                      - name: r
                        hosts: 3
                        uplink: {up: 80Mbit, down: 80Mbit}
                        link: {up: 8Mbit, down: 8Mbit}
                        overrides: {h1: {down: 800kbit}}
                image: {size: 1MiB}
                \(rest)
                """, file: "x")
        }
        #expect(try bounds(two("")) == [nil, 20, 20, 100, 20])
        #expect(try bounds(two("events: [{at: 5s, link: x, up: 2Mbit}]")) == [nil, 20, 20, 100, 20])
        #expect(try bounds(two("events: [{at: 5s, link: x, up: 80Mbit}]")) == [nil, 10, 10, 100, 10])
        #expect(try bounds(two("events: [{at: 5s, link: y/r/h1, down: 8Mbit}]")) == [nil, 20, 20, 20, 20])
    }

    @Test("100,000 hosts take at most some seconds")
    func size() throws {
        let topology = try Self.topology("image: {size: 1MiB}", hosts: 25).scaled(toHosts: 100_000)
        let clock = ContinuousClock()
        var bounds: [Double?] = []
        let time = clock.measure {
            bounds = topology.bounds(storedBytes: [10_000_000], goodputShare: 1, unshapedRate: nil)
        }
        #expect(bounds.count == 100_000 && bounds[0] == nil && bounds.dropFirst().allSatisfy { $0 == 10 })
        #expect(time < .seconds(5), "\(time)")
    }
}
