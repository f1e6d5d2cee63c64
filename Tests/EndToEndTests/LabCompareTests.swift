import Foundation
import Lab
import Testing

extension EndToEnd {
    /// `skein lab compare` as a person uses it, with those of the tools that are installed.
    @Suite("A comparison with other tools")
    struct LabCompareTests {
        private static let topology = """
            name: compared
            sites:
              - name: s
                racks:
                  - {name: a, hosts: 2, link: {up: 40Mbit, down: 40Mbit}}
                  - {name: b, hosts: [b0, b1], link: {up: 40Mbit, down: 40Mbit}}
            source: h0
            image: {size: 4MiB}
            """

        private let directory: String
        private let skein: String

        init() throws {
            skein = try TestFiles.skein()
            directory =
                FileManager.default.temporaryDirectory
                .appendingPathComponent("skein-compare-\(UUID().uuidString)").path
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            try Data(Self.topology.utf8).write(to: URL(fileURLWithPath: "\(directory)/t.yaml"))
        }

        private func start(_ arguments: [String]) throws -> RunningCommand {
            try RunningCommand(skein, ["lab", "compare", "\(directory)/t.yaml"] + arguments, in: directory)
        }

        private func left(of lab: String) -> [String] {
            let paths = LabPaths()
            return ["\(paths.stateRoot)/\(lab)", "\(paths.dataRoot)/\(lab)", "\(paths.dataRoot)/\(lab).images"]
                .filter { FileManager.default.fileExists(atPath: $0) }
        }

        @Test(
            "every tool that is installed leaves whole copies; the others are named; nothing is left",
            .timeLimit(.minutes(3)))
        func compares() async throws {
            defer { try? FileManager.default.removeItem(atPath: directory) }
            let networks = TestFiles.entries("/run/netns")
            let outcome = try await start([
                "--name", "e2e-compare", "--json", "\(directory)/c.json", "--html", "\(directory)/c.html",
                "--patience", "20",
            ]).finish(within: .seconds(170))
            #expect(outcome.code == 0, "\(outcome.error)")
            let report = try ComparisonReport(json: TestFiles.text("\(directory)/c.json"))
            #expect(report.results.first?.tool == "skein")
            #expect(report.results.count + report.skipped.count == 1 + ToolName.allCases.count)
            if report.results.count == 1 { print("no other tool is installed: make bench-deps") }
            for run in report.results {
                #expect(run.survivors == 3)
                #expect(run.identical == 3, "\(run.tool): \(run.hostsDetail.compactMap(\.reason))")
                // 4 MiB over 5 MB/s cannot come sooner.
                #expect(try #require(run.finish).first > 0.83, "\(run.tool)")
                #expect(try #require(run.ratio) > 1, "\(run.tool)")
                #expect(run.cpu > 0, "\(run.tool)")
                #expect(run.maxResidentBytes > 1 << 20, "\(run.tool)")
                #expect(try #require(run.originCopies) > 0.9, "\(run.tool)")
                #expect(outcome.output.contains("\n\(run.tool) "))
            }
            for run in report.results where run.tool == "rsync" {
                #expect(2.7...3.3 ~= (run.originCopies ?? 0), "everybody comes to the source")
            }
            for skipped in report.skipped { #expect(skipped.reason.contains("make bench-deps"), "\(skipped)") }
            #expect(TestFiles.text("\(directory)/c.html").hasPrefix("<!DOCTYPE html>"))
            #expect(left(of: "e2e-compare").isEmpty)
            #expect(TestFiles.entries("/run/netns") == networks)
        }

        @Test("Ctrl-C while a tool works takes everything away; what is no tool is refused", .timeLimit(.minutes(2)))
        func interrupted() async throws {
            defer { try? FileManager.default.removeItem(atPath: directory) }
            let wrong = try await start(["--tools", "chain,carrier-pigeon"]).finish()
            #expect(wrong.code == 2)
            #expect(wrong.error.contains("carrier-pigeon"))
            let networks = TestFiles.entries("/run/netns")
            let run = try start(["--tools", "rsync,chain", "--name", "e2e-cut"])
            let deadline = ContinuousClock.now + .seconds(60)
            while !run.error.contains(": distributing") {
                guard run.error.contains("left out") == false else { break }
                try #require(ContinuousClock.now < deadline, "no tool began: \(run.error)")
                try await Task.sleep(for: .milliseconds(50))
            }
            run.signal(SIGINT)
            let outcome = try await run.finish()
            #expect(outcome.code == 130, "\(outcome.error)")
            #expect(left(of: "e2e-cut").isEmpty)
            #expect(TestFiles.entries("/run/netns") == networks)
        }
    }
}
