import Basics
import Foundation
import Lab
import Testing

/// What a run decides before and after it touches a network.
@Suite("Experiments")
struct ExperimentTests {
    private func topology(_ more: String, hosts: Int = 40, size: String = "32MiB") throws -> Topology {
        try Topology.parse(
            """
            name: t
            sites: [{name: s, racks: [{name: a, hosts: \(hosts - 8)}, {name: b, hosts: [x0, x1, x2, x3, x4, x5, x6, x7]}]}]
            image: {size: \(size)}
            \(more)
            """, file: "t.yaml")
    }

    @Test("random victims are the same for the same seeds, others for others, and never a source")
    func victimsAreDecided() throws {
        let topology = try topology("events: [{between: [10%, 80%], kill: 10%, seed: 7}]")
        let plan = EventPlan(topology)
        #expect(plan == EventPlan(topology))
        #expect(plan != EventPlan(topology, seed: 1))
        for seed in UInt64(0)..<200 {
            let plan = EventPlan(topology, seed: seed)
            #expect(plan.victims.count == 4)
            #expect(!plan.victims.contains(0))
            for entry in plan.entries {
                guard case .delivered(let share) = entry.moment else {
                    Issue.record("\(entry.moment) is no share")
                    continue
                }
                #expect(0.1...0.8 ~= share)
            }
        }
        // Each dies at a moment of its own.
        #expect(Set(plan.entries.map(\.moment)).count == 4)
    }

    @Test("a rack that is cut off alone is cut off from all others")
    func aCutHasTwoSides() throws {
        let plan = EventPlan(try topology("events: [{at: 5s, partition: [s/b], for: 10s}]"))
        guard case .cut(let sides, let time)? = plan.entries.first?.action else {
            Issue.record("there is no cut")
            return
        }
        #expect(sides == [Array(32..<40), Array(0..<32)])
        #expect(time == .seconds(10))
    }

    @Test("190 hosts with 32 MiB fit into 12 GiB, with copies on disk; what fits nowhere is refused with the sum")
    func needsAreSummed() throws {
        let needs = ExperimentNeeds(topology: try topology("", hosts: 190), fileBytes: { _ in 0 }, keepsCopies: false)
        let ample = MachineRoom(memoryBytes: 64 << 30, diskBytes: 64 << 30)
        #expect(try needs.place(room: ample, wantsMemory: true, doing: "test") == .memory)
        let twelve = MachineRoom(memoryBytes: 12 << 30, diskBytes: 64 << 30)
        #expect(try needs.place(room: twelve, wantsMemory: true, doing: "test") == .copiesOnDisk)
        #expect(needs.memoryBytes(.copiesOnDisk) <= 12 << 30)
        #expect(try needs.place(room: twelve, wantsMemory: false, doing: "test") == .disk)
        for room in [
            MachineRoom(memoryBytes: 8 << 30, diskBytes: 64 << 30),
            MachineRoom(memoryBytes: 12 << 30, diskBytes: 1 << 30),
        ] {
            let error = #expect(throws: SkeinError.self) {
                try needs.place(room: room, wantsMemory: true, doing: "running t")
            }
            #expect(error?.code == .resources)
            #expect(error?.cause.contains("190 peers x 30 MiB + 190 x 32 MiB of chunks") == true)
        }
    }

    @Test("an image is made of its shares, the same for the same seed; the version before differs in its share")
    func imagesAreMade() throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
            "skein-images-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        func path(_ name: String) -> String { directory.appendingPathComponent(name).path }
        func units(_ name: String) throws -> [Data] {
            let bytes = try Data(contentsOf: URL(filePath: path(name)))
            #expect(bytes.count == 10 << 20)
            return stride(from: 0, to: bytes.count, by: 256 << 10).map { bytes[$0..<$0 + 256 << 10] }
        }
        for (name, seed) in [("first", UInt64(1)), ("again", 1), ("other", 2)] {
            try ExperimentImage.make(size: .mebibytes(10), zero: 0.25, compressible: 0.25, seed: seed, at: path(name))
        }
        let first = try units("first")
        #expect(try units("again") == first)
        #expect(first.count { unit in unit.allSatisfy { $0 == 0 } } == 10)
        #expect(Set(first).intersection(try units("other")).count == 1, "only the zeros are alike")
        try ExperimentImage.makePrevious(of: path("first"), changed: 0.1, seed: 1, at: path("before"))
        #expect(zip(first, try units("before")).count { $0 != $1 } == 3)
    }

    @Test("several runs are told by their medians, survivors by the worst run")
    func runsAreSummed() throws {
        let runs = [(4.0, 7), (9.0, 5), (5.0, 7)].map { last, identical in
            var run = RunReport(name: "t", kind: .emulated, tool: "skein", hosts: 8, imageBytes: 1, storedBytes: 1)
            run.finish = .init(first: last - 2, p50: last - 1, p99: last, last: last)
            run.ratio = last / 4
            run.survivors = 7
            run.identical = identical
            run.warnings = identical < 7 ? ["two differ"] : []
            return run
        }
        let report = try #require(RunReport.median(of: runs))
        #expect(report.finish == .init(first: 3, p50: 4, p99: 5, last: 5))
        #expect(report.ratio == 1.25)
        #expect(report.survivors == 7)
        #expect(report.identical == 5)
        #expect(report.warnings == ["run 2: two differ"])
        #expect(report.runs?.count == 3)
        #expect(RunReport.median(of: []) == nil)
    }
}
