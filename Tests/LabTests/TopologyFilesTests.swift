import Basics
import Foundation
import Lab
import Testing

@Suite("The files in topologies/")
struct TopologyFilesTests {
    static let directory = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("topologies").path
    static let files = ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? [])
        .filter { $0.hasSuffix(".yaml") }.sorted()

    static func load(_ file: String) throws -> Topology { try Topology.load(path: "\(directory)/\(file)") }

    /// The cells of the rows of the README's first table.
    static func rows() throws -> [[String]] {
        let text = try String(contentsOfFile: "\(directory)/README.md", encoding: .utf8)
        return text.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { line in
            line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    @Test("all that the experiments need are there")
    func completeness() {
        let names = [
            "flat-16", "flat-32", "flat-190", "racks-4x8", "racks-4x8-hidden-labels", "racks-4x8-mixed",
            "one-slow-uplink",
            "one-slow-downlink", "no-slow-downlink", "mixed-nics", "sites-3x8-wan", "fat-source", "unshaped-4",
            "two-images", "late-joiners", "kill-10pct", "kill-30pct", "stop-10pct", "source-dies", "rack-cut",
            "slows-down", "next-version",
        ]
        #expect(names.filter { !Self.files.contains("\($0).yaml") } == [])
    }

    @Test("each says what is to be learnt, and is named as its file", arguments: files)
    func says(file: String) throws {
        let topology = try Self.load(file)
        #expect("\(topology.name).yaml" == file)
        #expect(topology.name.utf8.count <= LabLimits.labNameBytes)
        #expect(topology.description.count > 40)
        #expect(!topology.images.isEmpty)
    }

    /// What only a simulator carries.
    private static let large: Set = ["hall-200.yaml", "site-1000.yaml"]

    @Test(
        "each can be emulated: addresses, and what one machine carries", arguments: files.filter { !large.contains($0) }
    )
    func fits(file: String) throws {
        let topology = try Self.load(file)
        #expect(throws: Never.self) { try NetworkPlan(topology: topology, id: "0") }
        #expect(!topology.hasDelays)
        guard topology.nominalBound != nil else { return }
        // The sum of all deliveries while all receive at their bounds' rates.
        let sizes = topology.images.map { image in
            switch image.content {
            case .generated(let size, _, _): size.bytes
            case .file: Int64(0)
            }
        }
        let bounds = topology.bounds(storedBytes: sizes, goodputShare: 1, unshapedRate: nil)
        var deliveries = 0.0
        for (host, bound) in bounds.enumerated() {
            guard let bound else { continue }
            let own = zip(topology.images, sizes).filter { !$0.0.sources.contains(host) }
            let bytes = own.reduce(0) { $0 + Double($1.1) * ($1.0.changedSincePrevious ?? 1) }
            deliveries += bytes * 8 / bound
        }
        #expect(deliveries > 50e6 && deliveries < 2e9, "\(deliveries / 1e6) Mbit/s")
        #expect(try #require(topology.nominalBound) < 120)
    }

    @Test("the README has a row for each, with its bound")
    func readme() throws {
        let rows = try Self.rows()
        #expect(rows.map { $0[0] }.sorted() == Self.files.map { "`\($0)`" }.sorted())
        for row in rows {
            #expect(row.count == 5)
            let topology = try Self.load(row[0].filter { $0 != "`" })
            #expect(row.last == Self.figures(topology), "\(topology.name)")
        }
    }

    /// The bounds of a file as the README tells them: seconds at the declared rates, each that is another.
    private static func figures(_ topology: Topology) -> String {
        let sizes = topology.images.map { image in
            switch image.content {
            case .generated(let size, let zero, _): Int64(Double(size.bytes) * (1 - zero))
            case .file: Int64(0)
            }
        }
        let bounds = topology.bounds(storedBytes: sizes, goodputShare: 1, unshapedRate: nil)
        let seconds = Set(bounds.compactMap { $0 }.map { ($0 * 10).rounded() }).sorted()
        return seconds.isEmpty ? "measured" : seconds.map { String(format: "%.1f", $0 / 10) }.joined(separator: ", ")
    }

    @Test("the faults are what their files' names promise")
    func faults() throws {
        let three = TopologyEvent.Target.share(0.1, includesSources: false)
        let nine = TopologyEvent.Target.share(0.3, includesSources: false)
        #expect(try Self.load("kill-10pct.yaml").events.map(\.action) == [.kill(three)])
        #expect(try Self.load("kill-30pct.yaml").events.map(\.action) == [.kill(nine)])
        #expect(try Self.load("stop-10pct.yaml").events.map(\.action) == [.stop(three)])
        #expect(try Self.load("source-dies.yaml").events.map(\.action) == [.kill(.source)])
        #expect(try Self.load("source-dies.yaml").events.map(\.occasion) == [.at(.copies(1))])
        #expect(
            try Self.load("rack-cut.yaml").events.map(\.action)
                == [.partition([.rack(site: 0, rack: 3)], .seconds(10))])
        #expect(try Self.load("next-version.yaml").images.map(\.changedSincePrevious) == [0.05])
        #expect(try Self.load("racks-4x8-hidden-labels.yaml").labels == .hidden)
        #expect(try Self.load("racks-4x8-mixed.yaml").labels == .hidden)
        #expect(try Self.load("racks-4x8-mixed.yaml").addresses == .mixed)
        #expect(try Self.load("late-joiners.yaml").joins.count == 6)
    }
}
