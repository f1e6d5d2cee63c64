import Basics
import Lab
import Testing

@Suite("Topology files")
struct TopologyTests {
    static let full = """
        version: 1
        name: two-sites
        description: Two sites of two racks, thin WAN.
        labels: hidden
        capacity: {memory: 1GiB}
        sites:
          - name: tokyo
            wan: {up: 100Mbit, down: 80Mbit, delay: 20ms}
            racks:
              - name: r0
                uplink: {up: 400Mbit, down: 400Mbit}
                hosts: 8
                link: {up: 100Mbit, down: 100Mbit}
                overrides: {h3: {up: 10Mbit}}
              - name: r1
                hosts: [a, b]
                capacity: {memory: 2GiB, vcpus: 2}
          - name: kyoto
            racks:
              - {name: r0, hosts: 1}
        source: [tokyo/r0/h0, b]
        images:
          - {name: one, size: 64MiB, zero: 10%, compressible: 5%}
          - {name: two, path: disk.raw, previous: {changed: 5%}, source: kyoto/r0/h0}
        join: {tokyo/r0/h7: 4s}
        events:
          - {at: 3s, kill: tokyo/r0/h2}
          - {at: 40%, stop: tokyo/r0/h5}
          - {at: 1 copy, kill: source}
          - {between: [10%, 80%], kill: 10%, seed: 7}
          - {at: 5s, partition: [tokyo, kyoto/r0], for: 10s}
          - {at: 2s, link: tokyo/r0/h4, up: 10Mbit}
          - {at: 2s, link: tokyo/r1, down: 10Mbit}
        """

    @Test("mixed addresses are each host's own, and neighbours by address are in other racks", arguments: [4, 5, 7])
    func mixedAddresses(racks: Int) throws {
        let places = (0..<racks).map { "{name: r\($0), hosts: 8}" }
        let topology = try Topology.parse(
            "name: x\naddresses: mixed\nsites: [{name: s, racks: [\(places.joined(separator: ", "))]}]", file: "x.yaml")
        let hosts = try NetworkPlan(topology: topology, id: "0").hosts
        #expect(Set(hosts.map(\.address)).count == racks * 8)
        let sorted = hosts.indices.sorted {
            (hosts[$0].address.count, hosts[$0].address) < (hosts[$1].address.count, hosts[$1].address)
        }
        let near = zip(sorted, sorted.dropFirst()).count { topology.hosts[$0].rack == topology.hosts[$1].rack }
        #expect(near < racks * 8 / 2)
    }

    @Test("everything a file may say is understood")
    func everything() throws {
        let topology = try Topology.parse(Self.full, file: "x.yaml")
        #expect(topology.name == "two-sites")
        #expect(topology.labels == .hidden)
        #expect(topology.addresses == .ordered)
        #expect(topology.hosts.count == 11)
        #expect(topology.hosts.map(\.name).prefix(2) == ["tokyo-r0-h0", "tokyo-r0-h1"])
        #expect(topology.hosts[8].path == "tokyo/r1/a")
        #expect(topology.hosts.map(\.name).suffix(3) == ["tokyo-r1-a", "tokyo-r1-b", "kyoto-r0-h0"])
        #expect(topology.hosts[3].link == LinkShape(up: BitRate(parsing: "10Mbit"), down: BitRate(parsing: "100Mbit")))
        #expect(topology.hosts[8].link == .unshaped)
        #expect(topology.hosts[0].capacity == HostCapacity(memory: .gibibytes(1)))
        #expect(topology.hosts[9].capacity == HostCapacity(memory: .gibibytes(2), vcpus: 2))
        #expect(topology.sites[0].wan.delay == .milliseconds(20))
        #expect(topology.sites[0].racks[1].hosts == 8..<10)
        #expect(topology.hasDelays)
        #expect(topology.images[0].content == .generated(size: .mebibytes(64), zero: 0.1, compressible: 0.05))
        #expect(topology.images[0].changedSincePrevious == nil)
        #expect(topology.images[1].content == .file(path: "disk.raw"))
        #expect(topology.images[1].changedSincePrevious == 0.05)
        #expect(topology.images[1].sources == [10])
        #expect(topology.joins.map(\.host) == [7])
        #expect(topology.events.map(\.action)[0] == .kill(.host(2)))
        #expect(topology.events[1].occasion == .at(.delivered(0.4)))
        #expect(topology.events[2].occasion == .at(.copies(1)))
        #expect(topology.events[2].action == .kill(.source))
        #expect(topology.events[2].seed == 2)
        #expect(topology.events[3].occasion == .between(.delivered(0.1), .delivered(0.8)))
        #expect(topology.events[3].action == .kill(.share(0.1, includesSources: false)))
        #expect(topology.events[3].seed == 7)
        #expect(topology.events[4].action == .partition([.site(0), .rack(site: 1, rack: 0)], .seconds(10)))
        #expect(topology.events[5].action == .shape(.host(4), LinkShape(up: BitRate(parsing: "10Mbit"))))
        #expect(
            topology.events[6].action
                == .shape(.group(.rack(site: 0, rack: 1)), LinkShape(down: BitRate(parsing: "10Mbit"))))
    }

    @Test("names that are there once are the peers' names, and may be used alone")
    func shortNames() throws {
        let topology = try Topology.parse(
            "name: a\nsites: [{name: s, racks: [{name: r, hosts: [x, y]}]}]\nsource: y\n", file: "x")
        #expect(topology.hosts.map(\.name) == ["x", "y"])
        #expect(topology.sources == [1])
        #expect(topology.host("s/r/x")?.index == 0)
        #expect(topology.host("y")?.index == 1)
        #expect(topology.host("z") == nil)
    }

    /// A mistake: what replaces what in the full file, where the error is and what it says.
    struct Mistake: Sendable {
        let from: String
        let to: String
        let place: String
        let cause: String
        var next = ""
    }

    @Test(
        "a mistake is named with its line",
        arguments: [
            Mistake(from: "labels:", to: "lables:", place: "x:4:1", cause: "unknown key", next: "labels"),
            Mistake(from: "version: 1", to: "version: 2", place: "x:1:10", cause: "version 2", next: "newer"),
            Mistake(
                from: "labels: hidden", to: "labels: hiden", place: "x:4:9", cause: "must be one of", next: "hidden"),
            Mistake(
                from: "{up: 100Mbit, down: 80Mbit", to: "{up: 0Mbit, down: 80Mbit", place: "x:8:", cause: "above zero"),
            Mistake(from: "{h3:", to: "{h9:", place: "x:14:", cause: "no host of this rack", next: "h"),
            Mistake(from: "hosts: 8", to: "hosts: 0", place: "x:12:", cause: "between 1 and"),
            Mistake(from: "hosts: 8", to: "hosts: 99999999", place: "x:12:", cause: "between 1 and"),
            Mistake(from: "hosts: [a, b]", to: "hosts: [a, a]", place: "x:16:", cause: "two hosts"),
            Mistake(from: "name: kyoto", to: "name: tokyo", place: "x:18:", cause: "two sites"),
            Mistake(from: "name: r1", to: "name: r0", place: "x:15:", cause: "two racks"),
            Mistake(from: "name: r1", to: "name: r/1", place: "x:15:", cause: "letters, digits"),
            Mistake(
                from: "name: r1", to: "name: \(String(repeating: "r", count: 64))", place: "x:15:", cause: "too long"),
            Mistake(
                from: "name: kyoto", to: "name: \(String(repeating: "k", count: 60))", place: "x:7:", cause: "too long"),
            Mistake(
                from: "source: [tokyo/r0/h0, b]", to: "source: tokyo/r0/h8", place: "x:21:", cause: "no host",
                next: "tokyo/r0/h"),
            Mistake(from: "source: [tokyo/r0/h0, b]", to: "source: []", place: "x:21:", cause: "empty"),
            Mistake(from: "zero: 10%", to: "zero: 99%", place: "x:23:", cause: "more than 100%"),
            Mistake(from: "size: 64MiB", to: "size: 64MB", place: "x:23:", cause: "size such as"),
            Mistake(from: "path: disk.raw", to: "path: disk.raw, size: 1MiB", place: "x:24:", cause: "beside path"),
            Mistake(from: "name: two,", to: "name: one,", place: "x:24:", cause: "two images"),
            Mistake(from: "join: {tokyo/r0/h7", to: "join: {tokyo/r0/h0", place: "x:25:", cause: "cannot join late"),
            Mistake(from: "at: 3s", to: "at: soon", place: "x:27:", cause: "moment"),
            Mistake(from: "kill: tokyo/r0/h2", to: "kill: tokyo/r0/x2", place: "x:27:", cause: "no host"),
            Mistake(from: "kill: tokyo/r0/h2", to: "up: 1Mbit", place: "x:27:", cause: "needs one of"),
            Mistake(from: "[10%, 80%]", to: "[10%, 80s]", place: "x:30:", cause: "one kind"),
            Mistake(from: "[10%, 80%]", to: "[80%, 10%]", place: "x:30:", cause: "earlier first"),
            Mistake(
                from: "[tokyo, kyoto/r0]", to: "[tokyo, kioto]", place: "x:31:", cause: "no site or rack", next: "kyoto"
            ),
            Mistake(from: "h4, up: 10Mbit", to: "h4, for: 10s", place: "x:32:", cause: "makes no sense"),
            Mistake(from: "[tokyo, kyoto/r0]", to: "[tokyo, tokyo/r1]", place: "x:31:", cause: "share hosts"),
            Mistake(from: "[tokyo, kyoto/r0]", to: "[]", place: "x:31:", cause: "partition is empty"),
            Mistake(
                from: "link: tokyo/r0/h4, up: 10Mbit", to: "link: osaka, up: 1Mbit", place: "x:32:", cause: "no host"),
            Mistake(from: "h4, up: 10Mbit", to: "h4, up: 0Mbit", place: "x:32:", cause: "above zero"),
            Mistake(from: "h4, up: 10Mbit", to: "h4", place: "x:32:", cause: "needs up, down or delay"),
            Mistake(
                from: "stop: tokyo/r0/h5", to: "stop: h0", place: "x:28:", cause: "several hosts", next: "tokyo/r0/h0"),
            Mistake(from: "kill: 10%", to: "kill: 110%", place: "x:30:", cause: "between 0% and 100%"),
            Mistake(from: "join: {tokyo/r0/h7", to: "join: {tokyo/r0/h70", place: "x:25:", cause: "no host"),
            Mistake(
                from: "join: {tokyo/r0/h7", to: "join: {kyoto/r0/h0", place: "x:25:", cause: "cannot join late"),
            Mistake(
                from: "uplink: {up: 400Mbit", to: "uplink: {up: 0kbit", place: "x:11:", cause: "above zero",
                next: "units"),
            Mistake(
                from: "{h3: {up: 10Mbit}}", to: "{h3: {up: -1Mbit}}", place: "x:14:", cause: "above zero", next: "units"
            ),
            Mistake(
                from: "hosts: [a, b]", to: "hosts: [a, \(String(repeating: "b", count: 64))]", place: "x:16:",
                cause: "too long: 64 bytes"),
            Mistake(
                from: "name: two-sites", to: "name: \(String(repeating: "t", count: 64))", place: "x:2:",
                cause: "too long: 64 bytes"),
            Mistake(from: "hosts: 8", to: "hosts: 199999", place: "x:16:", cause: "more than 200000 hosts"),
            Mistake(from: "version: 1", to: "version: 0", place: "x:1:10", cause: "between 1 and"),
            Mistake(
                from: "version: 1\nname:", to: "version: 7\nroutes: [none]\nname:", place: "x:1:10",
                cause: "the file is of version 7; this skein reads up to 1", next: "newer"),
            Mistake(from: "sites:", to: "sides:", place: "x:6:", cause: "unknown key", next: "sites"),
        ])
    func mistakes(mistake: Mistake) throws {
        let text = Self.full.replacing(mistake.from, with: mistake.to, maxReplacements: 1)
        #expect(text != Self.full)
        let error = #expect(throws: SkeinError.self) { try Topology.parse(text, file: "x") }
        #expect(error?.doing.hasPrefix(mistake.place) == true, "\(error.map(\.description) ?? "")")
        #expect(error?.cause.contains(mistake.cause) == true, "\(error.map(\.description) ?? "")")
        #expect(error?.next.contains(mistake.next) == true || mistake.next.isEmpty, "\(error.map(\.description) ?? "")")
        #expect(error?.code == .usage)
    }

    @Test("a partition of everything from nothing is refused")
    func emptyPartition() {
        let text = "name: a\nsites: [{name: s, racks: [{name: r, hosts: 2}]}]\nevents: [{at: 1s, partition: [s/r]}]\n"
        let error = #expect(throws: SkeinError.self) { try Topology.parse(text, file: "x") }
        #expect(error?.cause == "s/r has all hosts, so nothing would be cut")
    }

    @Test("random damage to a file gives a topology or an error", arguments: 0..<4)
    func damage(seed: Int) {
        var random = RandomSource(seed: UInt64(seed))
        let original = Array(Self.full.utf8)
        for _ in 0..<1500 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let at = Int.random(in: bytes.indices, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[at] = UInt8.random(in: 9...126, using: &random)
                case 1: bytes.remove(at: at)
                default: bytes.insert(original.randomElement(using: &random) ?? 32, at: at)
                }
            }
            _ = try? Topology.parse(String(decoding: bytes, as: UTF8.self), file: "x")
        }
    }

    @Test("more hosts than addresses or bridge ports are refused")
    func tooMany() throws {
        func topology(_ racks: Int, _ hosts: Int) throws -> Topology {
            let list = (0..<racks).map { "{name: r\($0), hosts: \(hosts)}" }.joined(separator: ", ")
            return try Topology.parse("name: big\nsites: [{name: s, racks: [\(list)]}]\n", file: "x")
        }
        let addresses = #expect(throws: SkeinError.self) { try NetworkPlan(topology: topology(100, 700), id: "0") }
        #expect(addresses?.cause == "70000 hosts are more than the 65533 addresses of 10.77.0.0/16")
        let ports = #expect(throws: SkeinError.self) { try NetworkPlan(topology: topology(1, 2000), id: "0") }
        #expect(ports?.cause.contains("a bridge takes 1023") == true)
        #expect(throws: Never.self) { try NetworkPlan(topology: topology(90, 700), id: "0") }
    }
}
