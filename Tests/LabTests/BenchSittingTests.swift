import Basics
import Foundation
import Lab
import Synchronization
import Testing

/// Steps of a benchmark one after the other: what fails, what is interrupted, and what several sittings make together.
@Suite("Sittings of a benchmark")
struct BenchSittingTests {
    private static let steps: [BenchStep] = ["a", "b", "c", "d"].map { .run("\($0).yaml", repeats: 1) }
    private static let order = steps.map(\.name)
    private static let machine = ReportSamples.machine

    /// What a sitting stored, and how it ended.
    private struct Outcome {
        var stored: [BenchReport] = []
        var progress: [ExperimentProgress] = []
        var report: BenchReport?
        var error: SkeinError?
    }

    /// Carries out steps, each of which takes what `measure` does and then has an image of so many hosts.
    private static func sit(
        _ steps: [BenchStep] = steps, earlier: BenchReport? = nil, hosts: Int = 8,
        _ measure: @escaping @Sendable (BenchStep) async throws -> Void = { _ in }
    ) async -> Outcome {
        let outcome = Mutex(Outcome())
        let sitting = BenchSitting(
            BenchSet(steps: steps), order: order, machine: machine, earlier: earlier)
        do {
            let report = try await sitting.run(
                progress: { said in outcome.withLock { $0.progress.append(said) } },
                measure: { step, part in
                    try await measure(step)
                    part.run = RunReport(
                        name: step.name, kind: .simulated, tool: "skein", hosts: hosts, imageBytes: 1, storedBytes: 1)
                }, store: { report in outcome.withLock { $0.stored.append(report) } })
            outcome.withLock { $0.report = report }
        } catch {
            outcome.withLock { $0.error = error as? SkeinError }
        }
        return outcome.withLock { $0 }
    }

    @Test("after each step there is all that was measured, marked as cut short until the last")
    func storesAfterEachStep() async throws {
        let outcome = await Self.sit()
        #expect(outcome.stored.map(\.parts.count) == [1, 2, 3, 4])
        #expect(outcome.stored.map(\.cutShort?.after) == ["run/a", "run/b", "run/c", nil])
        #expect(outcome.stored[1].cutShort?.missing == ["run/c", "run/d"])
        #expect(outcome.stored[1].cutShort?.place == "after step 2 of 4 (run/b)")
        #expect(outcome.stored.last?.json == outcome.report?.json)
        #expect(outcome.progress.first == .step("step 1 of 4: run/a: a.yaml, emulated, once"))
        #expect(outcome.progress.last == .step("step 4 of 4: run/d: d.yaml, emulated, once"))
    }

    @Test("a step that fails is listed with its error, whatever the error is, and the rest goes on")
    func failingStep() async throws {
        struct Odd: Error {}
        let outcome = await Self.sit { step in
            if step.name == "run/b" {
                throw SkeinError(.resources, doing: "running b", cause: "there is no room", next: "make some")
            }
            if step.name == "run/c" { throw Odd() }
        }
        let parts = try #require(outcome.report).parts
        #expect(parts.map(\.step) == Self.order)
        #expect(parts.map(\.failure) == [nil, "running b: there is no room", "Odd()", nil])
        #expect(parts.map(\.hasFigures) == [true, false, false, true])
        #expect(outcome.report?.cutShort == nil)
        #expect(outcome.progress.contains(.warning("run/b: running b: there is no room\n  next: make some")))
    }

    @Test(
        "an interrupted sitting ends with what was stored before, and measures nothing more", arguments: [true, false])
    func interrupted(stepNotices: Bool) async throws {
        let outcome = await Task {
            await Self.sit { step in
                guard step.name == "run/c" else { return }
                withUnsafeCurrentTask { $0?.cancel() }
                if stepNotices { throw SkeinError(.cancelled, doing: "running c", cause: "interrupted") }
            }
        }.value
        #expect(outcome.error?.code == .cancelled)
        #expect(outcome.report == nil)
        // A step that was done all the same counts.
        #expect(outcome.stored.last?.parts.map(\.step) == Array(Self.order.prefix(stepNotices ? 2 : 3)))
        #expect(outcome.stored.last?.cutShort?.after == (stepNotices ? "run/b" : "run/c"))
    }

    @Test("a later sitting replaces its own steps, keeps the others, and fills what was missing")
    func merges() async throws {
        let first = await Self.sit([Self.steps[0], Self.steps[2], Self.steps[3]], hosts: 8) { step in
            if step.name == "run/d" { throw CancellationError() }
        }
        // Whoever threw it: nobody had cancelled the sitting, so it is a failure like others.
        #expect(first.report?.parts.last?.failure == "CancellationError()")
        var earlier = try #require(first.stored.dropLast().last)
        earlier.started -= 1000
        earlier.parts[0].started -= 1000
        #expect(earlier.cutShort?.missing == ["run/d"])

        let second = await Self.sit([Self.steps[1], Self.steps[2]], earlier: earlier, hosts: 16)
        let report = try #require(second.report)
        #expect(report.parts.map(\.step) == ["run/a", "run/b", "run/c"])
        #expect(report.parts.map(\.run?.hosts) == [8, 16, 16])
        #expect(report.parts[0].started == earlier.parts[0].started)
        #expect(report.started == earlier.started)
        #expect(report.cutShort?.missing == ["run/d"], "nobody has come to it yet")
        #expect(second.stored.first?.cutShort?.missing == ["run/c", "run/d"])

        let third = await Self.sit([Self.steps[3]], earlier: report)
        #expect(third.report?.parts.map(\.step) == Self.order)
        #expect(third.report?.cutShort == nil)
    }

    @Test("a step that fails the second time keeps the figures that it has, and the error is beside them")
    func failureKeepsFigures() async throws {
        let first = await Self.sit([Self.steps[0], Self.steps[1]])
        let second = await Self.sit([Self.steps[1]], earlier: first.report, hosts: 16) { _ in
            throw SkeinError(.tool, doing: "running b", cause: "it broke")
        }
        let part = try #require(second.report?.parts.last)
        #expect(part.run?.hosts == 8)
        #expect(part.failure == "running b: it broke")
        let third = await Self.sit([Self.steps[1]], earlier: second.report, hosts: 16)
        #expect(third.report?.parts.last?.failure == nil)
        #expect(third.report?.parts.last?.run?.hosts == 16)
    }

    @Test("what is no benchmark is not overwritten by a merge, and a directory that is not there is noticed at once")
    func files() throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("skein-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let json = directory.appendingPathComponent("bench.json").path
        let files = BenchFiles(json: json, markdown: nil)
        #expect(try files.earlier() == nil)
        try files.check()
        try ReportFile.write("{\"name\": 1}", to: json)
        let error = #expect(throws: SkeinError.self) { try files.earlier() }
        #expect(error?.doing == "adding figures to \(json)")
        #expect(error?.next.contains("--json") == true)
        let absent = BenchFiles(json: json, markdown: "\(directory.path)/absent/a.md")
        #expect(throws: SkeinError.self) { try absent.check() }
    }
}

/// Which steps there are and how they are chosen.
@Suite("Steps of a benchmark")
struct BenchSetTests {
    @Test("the names of the standard set tell its steps apart, and results of other sittings are found by them")
    func names() {
        let names = BenchSet.standard.steps.map(\.name)
        #expect(Set(names).count == names.count)
        // Who renames a step loses its figures in every file that people keep.
        let compared = ["flat-8", "flat-16", "flat-32", "racks-4x8", "one-slow-uplink", "sites-3x8-wan", "unshaped-4"]
        let run = [
            "racks-2x4", "slow-uplink-8", "sites-2x4", "mixed-12", "kill-2-of-12", "racks-4x8-hidden-labels",
            "racks-4x8-mixed", "one-slow-downlink", "no-slow-downlink", "kill-10pct", "kill-30pct",
            "stop-10pct", "slows-down", "source-dies", "next-version",
        ]
        let simulated = [
            "flat-16", "flat-32", "racks-4x8", "racks-4x8-hidden-labels", "racks-4x8-mixed",
            "one-slow-uplink", "one-slow-downlink",
            "no-slow-downlink", "sites-3x8-wan", "fat-source", "kill-10pct", "kill-30pct", "stop-10pct", "slows-down",
            "source-dies", "next-version", "flat-190", "racks-4x8-1000", "hall-200-1000", "hall-200-10000",
        ]
        #expect(
            names == compared.map { "compare/\($0)" } + run.map { "run/\($0)" } + ["rest/flat-190"]
                + simulated.map { "simulate/\($0)" } + ["random/1000"])
    }

    @Test("every file of the standard set is there, and everything is compared with the tools that suit it")
    func files() throws {
        for step in BenchSet.standard.steps {
            if let file = step.file { _ = try TopologyFilesTests.load(file) }
            guard case .compare(let file, let tools, _) = step else { continue }
            let isShaped = file != "unshaped-4.yaml"
            #expect(tools == (isShaped ? [.chain, .udpcast, .aria2, .libtorrent] : [.aria2, .libtorrent]))
        }
    }

    @Test(
        "patterns are those of a shell, over the whole name or what is behind the slash; the set's order stays",
        arguments: [
            (["compare/flat-*"], ["compare/flat-8", "compare/flat-16", "compare/flat-32"]),
            (["racks-4x8-1000"], ["simulate/racks-4x8-1000"]),
            (["rest/*", "run/racks-2x?"], ["run/racks-2x4", "rest/flat-190"]),
            (["flat-190"], ["rest/flat-190", "simulate/flat-190"]),
        ])
    func patterns(patterns: [String], expected: [String]) throws {
        #expect(try BenchSet.standard.only(patterns).steps.map(\.name) == expected)
    }

    @Test("a pattern that names nothing is an error that says what there is")
    func unknown() {
        let error = #expect(throws: SkeinError.self) { try BenchSet.standard.only(["run/racks-2x4", "flat-61"]) }
        #expect(error?.code == .usage)
        #expect(error?.cause == "no step is named 'flat-61'")
        #expect(error?.next.contains("did you mean flat-16?") == true)
        #expect(error?.next.contains("compare/flat-8") == true)
    }

    @Test("how often a step is repeated changes nothing of its name")
    func repeats() {
        for step in BenchSet.standard.steps { #expect(step.repeated(7).name == step.name) }
        #expect(BenchStep.run("a.yaml", repeats: 3).repeated(1) == .run("a.yaml", repeats: 1))
    }
}
