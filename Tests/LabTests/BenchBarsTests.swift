import Basics
import Lab
import Testing

/// The first table of the document of figures: what was promised, and what came of it.
@Suite("Bars of benchmarks")
struct BenchBarsTests {
    private static let machine = MachineFacts(
        processors: 2, model: "A processor", memoryBytes: 8 << 30, kernel: "6.1", system: "A system", skein: "1.0")

    private static func run(_ tool: String = "skein", _ change: (inout RunReport) -> Void) -> RunReport {
        var run = RunReport(
            name: "n", kind: .emulated, tool: tool, hosts: 4, imageBytes: 64 << 20, storedBytes: 64 << 20)
        run.survivors = 3
        run.identical = 3
        run.finish = .init(first: 9, p50: 10, p99: 10, last: 10)
        change(&run)
        return run
    }

    private static func part(_ step: String, _ fill: (inout BenchReport.Part) -> Void) -> BenchReport.Part {
        var part = BenchReport.Part(step: step, file: "", machine: machine, started: 1_800_000_000)
        fill(&part)
        return part
    }

    private static func compare(_ name: String, _ results: [RunReport]) -> BenchReport.Part {
        part("compare/\(name)") {
            $0.comparison = ComparisonReport(
                name: name, description: "", machine: machine, results: results, skipped: [])
        }
    }

    /// The cells of the row that begins with a name.
    private static func row(_ name: String, of parts: [BenchReport.Part]) -> [String]? {
        let report = BenchReport(machine: machine, started: 1_800_000_000, seconds: 1, parts: parts)
        return report.markdown.split(separator: "\n").first { $0.hasPrefix("| \(name)") }
            .map { $0.dropFirst(2).dropLast(2).split(separator: " | ").map(String.init) }
    }

    @Test("a ratio is held against its bar, and against the best of the other tools that brought everything")
    func ratios() {
        func row(_ own: Double, chain: Double, isChainWhole: Bool = true) -> [String]? {
            Self.row(
                "16 hosts, one switch",
                of: [
                    Self.compare(
                        "flat-16",
                        [
                            Self.run { $0.ratio = own },
                            Self.run("chain") {
                                $0.ratio = chain
                                if !isChainWhole { $0.identical = 2 }
                            },
                            Self.run("aria2") { $0.ratio = 2.2 },
                        ])
                ])
        }
        #expect(row(1.031, chain: 1.05)?[1...] == ["1.03", "1.03", "1.05 (chain)", "–", "yes"])
        #expect(row(1.04, chain: 1.05)?[4...] == ["–", "no"])
        #expect(row(1.07, chain: 1.05)?.last == "no, and behind")
        #expect(row(1.021, chain: 1.016)?.last == "yes")
        #expect(row(1.03, chain: 1.02)?.last == "yes, and behind")
        #expect(row(1.07, chain: 1.05, isChainWhole: false)?[3...] == ["2.20 (aria2)", "–", "no"])
    }

    @Test("what deaths cost is held against the run without them")
    func deaths() {
        let whole = Self.compare("flat-32", [Self.run { $0.ratio = 1 }])
        func row(_ last: Double, identical: Int = 3) -> [String]? {
            let killed = Self.part("run/kill-10pct") {
                $0.run = Self.run {
                    $0.finish?.last = last
                    $0.identical = identical
                }
            }
            return Self.row("3 of 32 hosts killed", of: [whole, killed])
        }
        #expect(row(11.4)?[2...] == ["11.4 of 11.5 s", "–", "–", "yes"])
        #expect(row(11.6)?.last == "no")
        #expect(row(11.4, identical: 2)?.last == "not measured")
    }

    @Test("a slow host is held against its own bound, the others against the network without it")
    func slowHost() {
        let whole = Self.part("run/no-slow-downlink") { $0.run = Self.run { $0.ratio = 1.05 } }
        let slow = Self.part("run/one-slow-downlink") {
            $0.run = Self.run {
                $0.finish?.last = 102
                $0.bound = 100
                $0.ratio = 1.09
            }
        }
        let others = "the others beside the slow downlink"
        #expect(Self.row("one host of 32 with a tenth of the downlink", of: [slow])?[2] == "1.02")
        #expect(Self.row(others, of: [whole, slow])?[2...] == ["1.04", "–", "–", "yes"])
        #expect(Self.row(others, of: [slow])?.last == "not measured")
    }

    @Test("shares of what moved, of processor time and of random networks have their rows")
    func shares() throws {
        let next = Self.part("run/next-version") { $0.run = Self.run { $0.originCopies = 1.2 } }
        #expect(Self.row("next version", of: [next])?[2...] == ["6.0 % of the image", "–", "–", "yes"])
        let dies = Self.part("run/source-dies") { $0.run = Self.run { $0.duplicateBytes = 6 << 20 } }
        #expect(Self.row("source dies", of: [dies])?[2...] == ["3.1 % twice", "–", "–", "no"])
        let unshaped = Self.compare("unshaped-4", [Self.run { $0.cpu = 6 }, Self.run("libtorrent") { $0.cpu = 10 }])
        #expect(Self.row("4 hosts without limits, processor time over", of: [unshaped])?[2] == "0.60")
        #expect(Self.row("4 hosts without limits, last host over", of: [unshaped])?[2...] == ["1.00", "–", "–", "no"])
    }

    @Test("a document without any of these figures has no such table, and a row without figures says so")
    func nothing() {
        #expect(Self.row("16 hosts, one switch", of: []) == nil)
        let next = Self.part("run/next-version") { $0.run = Self.run { $0.originCopies = 1.2 } }
        #expect(Self.row("190 hosts", of: [next])?.last == "not measured")
    }
}
