import Basics
import Foundation
import Lab
import Testing

/// The document of figures, from the JSON of a benchmark.
@Suite("Benchmarks")
struct BenchTests {
    private static func report() throws -> BenchReport {
        let topology = try ReportSamples.topology(hosts: 8)
        let runs = [1.04, 1.02, 1.09].map { ReportSamples.run(topology, name: "a|b", factor: $0) }
        let run = try #require(RunReport.median(of: runs))
        let machine = MachineFacts(
            processors: 2, model: "A processor", memoryBytes: 8 << 30, kernel: "6.1", system: "A system", skein: "1.0")
        var other = run
        other.tool = "chain"
        let comparison = ComparisonReport(
            name: "a|b", description: "", machine: machine, results: [run, other],
            skipped: [.init(tool: "rsync", reason: "it is not installed")])
        let rest = IdleFigures(
            peers: 190, upSeconds: 17.5, anonymousMedianBytes: 7 << 20, anonymousMaxBytes: 8 << 20,
            residentMaxBytes: 60 << 20, cores: 0.3, watchedSeconds: 5)
        func part(_ step: String, _ fill: (inout BenchReport.Part) -> Void) -> BenchReport.Part {
            var part = BenchReport.Part(
                step: step, file: "\(step.split(separator: "/")[1]).yaml", machine: machine, started: 1_800_000_000,
                seconds: 165)
            fill(&part)
            return part
        }
        return BenchReport(
            machine: machine, started: 1_800_000_000, seconds: 660,
            parts: [
                part("compare/a") { $0.comparison = comparison }, part("run/b") { $0.run = run },
                part("rest/flat-190") { $0.rest = rest },
                part("run/c") { $0.failure = "running c: there is no room" },
            ])
    }

    @Test("the document has the machine, the date, medians with their spread, and what was not measured")
    func document() throws {
        let text = try Self.report().markdown
        for part in [
            "2 x A processor", "2027-01-15", "took 11.0 min", "1.03 (1.02–1.08)", "| 190 | 17.50 s |",
            "0.30 over 5.00 s", "- run/c: running c: there is no room", "Not run: rsync: it is not installed",
        ] { #expect(text.contains(part), "\(part) is missing in:\n\(text)") }
        #expect(!text.contains("Cut short"))
    }

    @Test("a document that was cut short says so before any figure, with the place and what is missing")
    func cutShort() throws {
        var report = try Self.report()
        report.cutShort = .init(done: 4, of: 6, after: "run/c", missing: ["run/d", "simulate/e"])
        let text = report.markdown
        let mark = try #require(
            text.range(of: "**Cut short after step 4 of 6 (run/c). Not reached: run/d, simulate/e.**"))
        #expect(try mark.upperBound < #require(text.range(of: "| date |")).lowerBound)
        #expect(report.json.contains("\"cut_short\""))
    }

    @Test("figures of several days and machines are not passed off as those of one")
    func severalSittings() throws {
        var report = try Self.report()
        report.parts[1].started += 86_400
        report.parts[1].machine.skein = "1.1"
        report.parts[1].failure = "running b: the second time it failed"
        let text = report.markdown
        for part in [
            "2027-01-15 08:00 UTC to 2027-01-16 08:00 UTC", "| skein | 1.0; 1.1 |", "| processor | 2 x A processor |",
            "- run/b: running b: the second time it failed (the figures above are those of 2027-01-16 08:00 UTC)",
        ] { #expect(text.contains(part), "\(part) is missing in:\n\(text)") }
    }

    @Test("every table is one: rows have as many cells as their heads, whatever names hold")
    func tables() throws {
        var cells: Int?
        for line in try Self.report().markdown.split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix("|") else {
                cells = nil
                continue
            }
            let count = line.replacingOccurrences(of: "\\|", with: "").count { $0 == "|" }
            if let cells { #expect(count == cells, "\(line)") }
            cells = count
        }
    }

    @Test("the JSON gives the same document again")
    func roundTrip() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("skein-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        var report = try Self.report()
        report.cutShort = .init(done: 4, of: 5, after: "run/c", missing: ["run/d"])
        try ReportFile.write(report.json, to: file)
        #expect(try BenchReport.read(file) == report)
        #expect(try BenchReport.read(file).markdown == report.markdown)
        #expect(throws: SkeinError.self) { try BenchReport.read("\(file).absent") }
    }
}
