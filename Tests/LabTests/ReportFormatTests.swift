import Basics
import Lab
import Testing

/// Reports as JSON and as text.
@Suite("Reports as JSON and text")
struct ReportFormatTests {
    @Test("JSON gives back what went in, with the names of the contract, and always the same bytes")
    func jsonRoundTrip() throws {
        let topology = try ReportSamples.topology(racks: 2, hosts: 4)
        var run = ReportSamples.run(topology)
        run.runs = [run]
        run.stalls = [Stall(host: "r0-h1", at: 1, seconds: 0.5, parent: "r0-h0")]
        let text = run.json
        #expect(try RunReport(json: text) == run)
        #expect(try RunReport(json: text).json == text)
        for key in [
            "image_bytes", "bound_s", "finish_s", "ratio", "cpu_s", "rss_max_bytes", "bytes_on_links", "origin_copies",
            "survivors", "identical", "duplicates_bytes", "stalls", "hosts_detail", "runs",
        ] {
            #expect(text.contains("\"\(key)\" :") || text.contains("\"\(key)\":"), "\(key) is missing")
        }
        let comparison = try ReportPages.comparison().report
        #expect(try ComparisonReport(json: comparison.json) == comparison)
    }

    @Test(
        "what is no report is said to be none, with the place", arguments: ["", "[]", "{}", "{\"name\": 3}", "\u{0}"])
    func damagedJSON(text: String) {
        #expect {
            try RunReport(json: text, from: "run.json")
        } throws: { error in
            guard let error = error as? SkeinError else { return false }
            return error.code == .usage && error.doing.contains("run.json")
        }
    }

    @Test("a run as text: the figures, the fullest links, the warnings, and no control characters")
    func runAsText() throws {
        let topology = try ReportSamples.topology(hosts: 8)
        var run = ReportSamples.run(topology)
        run.warnings = ["the machine was \u{1b}[31mbusy"]
        run.idle = ReportSamples.idle
        let text = TextReport.lines(run).joined(separator: "\n")
        for part in ["sample: skein, 8 hosts", "7 of 7", "warning: the machine was  [31mbusy", "bound", "ratio", "% ·"]
        {
            #expect(text.contains(part), "\(part) is missing in\n\(text)")
        }
        #expect(!text.unicodeScalars.contains("\u{1b}"))
    }

    @Test("a comparison as text: a row a tool in aligned columns")
    func comparisonAsText() throws {
        let lines = TextReport.lines(try ReportPages.comparison().report)
        #expect(lines[1].hasPrefix("TOOL"))
        let rows = lines[2...7]
        #expect(rows.map { $0.prefix { $0 != " " } } == ["skein", "chain", "udpcast", "aria2", "libtorrent", "rsync"])
        #expect(Set(([lines[1]] + rows).map(\.count)).count == 1)
        #expect(lines.contains { $0.hasPrefix("not run: bittornado") })
    }

    @Test("a report without anything can be told")
    func nothingAsText() {
        let run = RunReport(name: "", kind: .simulated, tool: "", hosts: 0, imageBytes: 0, storedBytes: 0)
        #expect(TextReport.lines(run).contains { $0.contains("no host was done") })
    }
}
