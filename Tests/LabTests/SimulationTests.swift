import Basics
import Foundation
import Lab
import Testing

/// What a simulation of an undisturbed network tells.
@Suite("Simulated networks")
struct SimulationTests {
    static let busy = """
        image: {size: 8MiB}
        events: [{between: [10%, 80%], kill: 20%}, {at: 600ms, partition: [lan/b], for: 2s}]
        """

    @Test("the same seed gives the same trace and the same report", arguments: [0, 1, 7] as [UInt64])
    func theSameSeedGivesTheSameRun(seed: UInt64) throws {
        for topology in [
            try SimulatedStory.flat(hosts: 8), try SimulatedStory.racks(Self.busy),
            try SimulatedStory.sites("join: {b2: 1s}", delay: "15ms"),
        ] {
            let first = try SimulatedStory.run(topology, seed: seed)
            let second = try SimulatedStory.run(topology, seed: seed)
            #expect(first.traceHash?.count == 16 && first.seed == seed)
            #expect(first.timeless == second.timeless)
        }
    }

    @Test("other seeds give other traces")
    func otherSeedsDiffer() throws {
        let topology = try SimulatedStory.racks(Self.busy)
        let hashes = try (UInt64(0)..<12).map { try SimulatedStory.run(topology, seed: $0).traceHash }
        #expect(Set(hashes).count == 12)
        // Without gossip a seed still decides who is who.
        let quiet = try (UInt64(0)..<4).map { try SimulatedStory.run(topology, seed: $0, gossip: .off).traceHash }
        #expect(Set(quiet).count == 4)
    }

    @Test("repeats are the runs of the next seeds, and their medians are told")
    func repeatsHaveTheNextSeeds() async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("skein-\(UUID().uuidString).yaml")
        defer { try? FileManager.default.removeItem(at: file) }
        let text = "name: t\nsites: [{name: s, racks: [{name: r, hosts: 4}]}]\nimage: {size: 4MiB}\n"
        try Data(text.utf8).write(to: file)
        var options = SimulationOptions()
        options.seed = 5
        options.repeats = 3
        let report = try await SimulationRun().run(file: file.path, options: options)
        let runs = try #require(report.runs)
        #expect(runs.map(\.seed) == [5, 6, 7])
        for run in runs {
            let seed = try #require(run.seed)
            #expect(try SimulatedStory.run(Topology.load(path: file.path), seed: seed).timeless == run.timeless)
        }
        #expect(report.finish?.last == runs.compactMap { $0.finish?.last }.sorted()[1])
    }

    @Test("files of topologies/ end with every survivor done, the last not before the bound, and near it")
    func filesEnd() throws {
        for (file, limit) in [
            ("demo", 1.2), ("flat-16", 1.15), ("flat-32", 1.2), ("racks-4x8", 1.2), ("sites-3x8-wan", 1.15),
            ("two-images", 1.2), ("unshaped-4", 1.6), ("kill-10pct", 1.3), ("kill-30pct", 1.5), ("source-dies", 1.2),
            ("rack-cut", 2.5), ("slows-down", 1.35),
        ] {
            let report = try SimulatedStory.run(TopologyFilesTests.load("\(file).yaml"))
            #expect(report.isWhole, "\(file)")
            let (last, bound) = (try #require(report.finish?.last), try #require(report.bound))
            #expect(last >= bound, "\(file): \(last) s, bound \(bound) s")
            #expect(try #require(report.ratio) < limit, "\(file)")
        }
    }

    @Test("racks that nobody has told of are found out on the way", arguments: [1, 2, 3] as [UInt64])
    func hiddenRacksAreFound(seed: UInt64) throws {
        let racks = (0..<3).map {
            "{name: r\($0), uplink: {up: 60Mbit, down: 60Mbit}, hosts: 6, link: {up: 50Mbit, down: 50Mbit}}"
        }
        let topology = try Topology.parse(
            """
            name: hidden
            labels: hidden
            sites: [{name: hall, racks: [\(racks.joined(separator: ", "))]}]
            source: hall/r1/h3
            image: {size: 64MiB}
            """, file: "hidden")
        let report = try SimulatedStory.run(topology, seed: seed)
        #expect(report.identical == 17)
        // Planned as one switch it is three and a half times, by what the uplinks carry.
        #expect((report.ratio ?? .infinity) < 1.25)
    }

    @Test("hosts of hidden racks stand in a row by their addresses, and find the racks where these are mixed")
    func addresses() throws {
        let racks = (0..<4).map {
            "{name: r\($0), uplink: {up: 40Mbit, down: 40Mbit}, hosts: 8, link: {up: 40Mbit, down: 40Mbit}}"
        }
        func ratio(_ addresses: String) throws -> Double {
            let topology = try Topology.parse(
                """
                name: hidden
                labels: hidden
                addresses: \(addresses)
                sites: [{name: hall, racks: [\(racks.joined(separator: ", "))]}]
                source: hall/r1/h3
                image: {size: 64MiB}
                """, file: "hidden")
            let report = try SimulatedStory.run(topology, seed: 1)
            #expect(report.identical == 31)
            return report.ratio ?? .infinity
        }
        #expect(try ratio("ordered") < 1.05)
        // As one switch it is seven times the bound.
        let mixed = try ratio("mixed")
        #expect(mixed > 1.08 && mixed < 1.6)
    }

    @Test("no host of equal ones is done before its bound", arguments: [0, 1, 2, 3] as [UInt64])
    func nobodyBeatsTheBound(seed: UInt64) throws {
        for topology in [
            try SimulatedStory.flat("image: {size: 16MiB}", hosts: 12),
            try SimulatedStory.racks("image: {size: 16MiB, zero: 25%, compressible: 25%}"),
            try SimulatedStory.flat("image: {size: 16MiB, previous: {changed: 20%}}"),
            try SimulatedStory.flat("images: [{name: a, size: 8MiB, source: h0}, {name: b, size: 8MiB, source: h1}]"),
            try SimulatedStory.flat("join: {h3: 1s}"),
        ] {
            let report = try SimulatedStory.run(topology, seed: seed)
            #expect(report.isWhole)
            for host in report.hostsDetail where host.fate != .source {
                let (finish, bound) = (try #require(host.finish), try #require(host.bound))
                // Of several images a host that holds one may be done before those that need both.
                if topology.images.count == 1 {
                    #expect(finish >= bound, "\(host.host) after \(finish) s, bound \(bound) s")
                }
            }
            #expect(try #require(report.finish?.last) >= #require(report.bound))
        }
    }

    @Test("what hosts received is what flows carried, and what came twice is the rest")
    func bytesAddUp() throws {
        for seed in UInt64(0)..<6 {
            let report = try SimulatedStory.run(SimulatedStory.racks(Self.busy), seed: seed)
            var received: [String: Int64] = [:]
            for flow in report.flows { received[flow.to, default: 0] += flow.bytes }
            for host in report.hostsDetail {
                #expect(host.receivedBytes == received[host.host] ?? 0)
                if host.fate == .done { #expect(host.receivedBytes >= report.storedBytes) }
            }
            let whole = report.hostsDetail.filter { $0.fate == .done }
            let excess = whole.reduce(0) { $0 + $1.receivedBytes } - Int64(whole.count) * report.storedBytes
            #expect(excess <= report.duplicateBytes)
        }
    }

    @Test("an undisturbed chain leaves the source once, and nothing comes twice")
    func anUndisturbedChainIsTidy() throws {
        let report = try SimulatedStory.run(SimulatedStory.sites())
        #expect(report.originCopies == 1)
        #expect(report.duplicateBytes == 0 && report.stalls.isEmpty)
        #expect(report.flows.count == 5 && report.flows.allSatisfy { $0.bytes == report.storedBytes })
        // Every link of a host and the wide-area link once each way, with headers.
        let wan = try #require(report.links.first { $0.link == "a" })
        #expect(wan.down == 0 && wan.upRate == 40_000_000)
        #expect(Double(wan.up) > 1.04 * Double(report.storedBytes) && Double(wan.up) < 1.1 * Double(report.storedBytes))
        #expect(report.links.first { $0.link == "b" }?.down == wan.up)
    }

    @Test("zeros do not travel, what compresses travels less, of a next version only what is new")
    func onlyWhatIsLackingTravels() throws {
        let size: Int64 = 16 << 20
        let plain = try SimulatedStory.run(SimulatedStory.flat("image: {size: 16MiB}"))
        #expect(plain.storedBytes == size)
        let half = try SimulatedStory.run(SimulatedStory.flat("image: {size: 16MiB, zero: 50%}"))
        #expect(half.storedBytes == plain.storedBytes / 2 && half.imageBytes == size)
        let soft = try SimulatedStory.run(SimulatedStory.flat("image: {size: 16MiB, compressible: 50%}"))
        #expect(soft.storedBytes < plain.storedBytes * 2 / 3 && soft.storedBytes > half.storedBytes)
        let next = try SimulatedStory.run(SimulatedStory.flat("image: {size: 16MiB, previous: {changed: 25%}}"))
        #expect(next.storedBytes == plain.storedBytes && next.originCopies == 1)
        for host in next.hostsDetail where host.fate == .done {
            #expect(host.receivedBytes == plain.storedBytes / 4)
        }
        let same = try SimulatedStory.run(SimulatedStory.flat("image: {size: 16MiB, previous: {changed: 0%}}"))
        #expect(same.isWhole && same.flows.isEmpty && same.originCopies == nil)
    }

    @Test("delays lengthen the finish, each of them more than once")
    func delaysLengthenTheFinish() throws {
        let finishes = try ["0ms", "10ms", "40ms", "160ms"].map { delay in
            let report = try SimulatedStory.run(SimulatedStory.sites(delay: delay))
            #expect(report.isWhole)
            return try #require(report.finish?.last)
        }
        #expect(finishes == finishes.sorted())
        // The path has two delays; orders, manifests and handshakes take several round trips.
        #expect(finishes[2] > finishes[0] + 4 * 2 * 0.04 && finishes[2] < finishes[0] + 20 * 2 * 0.04)
        #expect(finishes[3] > finishes[0] + 4 * 2 * 0.16)
    }
}
