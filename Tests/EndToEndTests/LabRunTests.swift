import Foundation
import Lab
import Testing

extension EndToEnd {
    /// `skein lab run` as a person uses it: real peers, faults, and figures that are checked from outside.
    @Suite("A measured distribution")
    struct LabRunTests {
        /// Two hosts join in the same second, one dies, one rack is cut off for a while.
        private static let topology = """
            name: measured
            sites:
              - name: s
                racks:
                  - {name: a, hosts: 5, link: {up: 40Mbit, down: 40Mbit}}
                  - {name: b, hosts: [b0, b1, b2], link: {up: 40Mbit, down: 40Mbit}}
            source: h0
            image: {size: 16MiB}
            join: {h3: 1s, h4: 1s}
            events:
              - {at: 20%, kill: h2}
              - {at: 1s, partition: [s/b], for: 2s}
            """

        private let directory: String
        private let skein: String

        init() throws {
            skein = try TestFiles.skein()
            directory =
                FileManager.default.temporaryDirectory
                .appendingPathComponent("skein-run-\(UUID().uuidString)").path
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            try Data(Self.topology.utf8).write(to: URL(fileURLWithPath: "\(directory)/t.yaml"))
        }

        private func start(_ arguments: [String]) throws -> RunningCommand {
            try RunningCommand(skein, ["lab"] + arguments, in: directory)
        }

        private func left(of lab: String) -> [String] {
            let paths = LabPaths()
            let files = [
                "\(paths.stateRoot)/\(lab)", "\(paths.dataRoot)/\(lab)", "\(paths.dataRoot)/\(lab).images",
                "\(paths.dataRoot)/\(lab).copies",
            ]
            return files.filter { FileManager.default.fileExists(atPath: $0) }
                + TestFiles.text("/proc/self/mounts").split(separator: "\n").map(String.init)
                .filter { $0.contains("\(paths.dataRoot)/\(lab)") }
        }

        @Test(
            "every survivor's copy is whole; what is kept and the times outside agree with the report",
            .timeLimit(.minutes(2)))
        func runsAndKeeps() async throws {
            defer { try? FileManager.default.removeItem(atPath: directory) }
            let networks = TestFiles.entries("/run/netns")
            let began = Date().timeIntervalSince1970
            let outcome = try await start([
                "run", "\(directory)/t.yaml", "--repeat", "1", "--name", "e2e-run", "--json", "\(directory)/run.json",
                "--html", "\(directory)/run.html", "--keep", "\(directory)/kept",
            ]).finish(within: .seconds(110))
            let ended = Date().timeIntervalSince1970
            #expect(outcome.code == 0, "\(outcome.error)")
            let report = try RunReport(json: TestFiles.text("\(directory)/run.json"))
            #expect(report.survivors == 6)
            #expect(report.identical == 6)
            #expect(report.hostsDetail.map(\.fate).filter { $0 == .killed }.count == 1)
            #expect(outcome.output.contains("6 of 6 survivors identical"))
            #expect(TestFiles.text("\(directory)/run.html").hasPrefix("<!DOCTYPE html>"))

            // The links carry 5 MB/s, so 16 MiB cannot come sooner than in 3.3 s, nor earlier than the bound.
            let share = try #require(report.goodputShare)
            #expect(0.9...0.97 ~= share, "a plain TCP relay gets 94 or 95 % of a shaped link")
            let finish = try #require(report.finish)
            #expect(finish.first > 3.3)
            #expect(finish.last < ended - began)
            #expect(try #require(report.ratio) > 1)

            // What anybody can check who has only the directory.
            let original = try await digest("\(directory)/kept/image.raw")
            for host in report.hostsDetail where host.fate == .done {
                let kept = try await digest("\(directory)/kept/\(host.host)/image.raw")
                #expect(kept == original)
                #expect(host.digests == [kept])
            }
            #expect(left(of: "e2e-run").isEmpty)
            #expect(TestFiles.entries("/run/netns") == networks)
        }

        @Test("the source dies as soon as a copy is out, and the others put it together", .timeLimit(.minutes(2)))
        func sourceDies() async throws {
            defer { try? FileManager.default.removeItem(atPath: directory) }
            let text = """
                name: orphans
                sites: [{name: s, racks: [{name: a, hosts: 6, link: {up: 20Mbit, down: 20Mbit}}]}]
                source: h0
                image: {size: 8MiB}
                events: [{at: 1 copy, kill: source}]
                """
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(directory)/o.yaml"))
            let outcome = try await start([
                "run", "\(directory)/o.yaml", "--repeat", "1", "--json", "\(directory)/run.json",
            ]).finish(within: .seconds(110))
            #expect(outcome.code == 0, "\(outcome.error)")
            #expect(outcome.error.contains("h0 was killed"))
            let report = try RunReport(json: TestFiles.text("\(directory)/run.json"))
            #expect(report.hostsDetail.first?.fate == .killed)
            #expect(report.survivors == 5)
            #expect(report.identical == 5)
        }

        @Test("what a killed run leaves, down removes", .timeLimit(.minutes(2)))
        func killed() async throws {
            defer { try? FileManager.default.removeItem(atPath: directory) }
            let run = try start(["run", "\(directory)/t.yaml", "--repeat", "1", "--name", "e2e-dead"])
            let deadline = ContinuousClock.now + .seconds(60)
            while !run.error.contains("hosts done") {
                try #require(ContinuousClock.now < deadline, "the run did not begin: \(run.error)")
                try await Task.sleep(for: .milliseconds(50))
            }
            run.signal(SIGKILL)
            _ = try? await run.finish()
            #expect(!left(of: "e2e-dead").isEmpty)
            let down = try await start(["down", "e2e-dead"]).finish()
            #expect(down.code == 0, "\(down.error)")
            #expect(left(of: "e2e-dead").isEmpty)
        }

        @Test("what does not fit, and what cannot be, is refused before anything is made", .timeLimit(.minutes(1)))
        func refused() async throws {
            defer { try? FileManager.default.removeItem(atPath: directory) }
            let file = "\(directory)/t.yaml"
            let tight = try await start(["run", file, "--memory", "64MiB"]).finish()
            #expect(tight.code == 1)
            #expect(tight.error.contains("8 peers x 30 MiB"))
            for (arguments, code, saying) in [
                (["run", file, "--repeat", "0"], Int32(2), "--repeat"),
                (["run", file, "--memory", "much"], 2, "--memory"),
                (["run", "\(directory)/absent.yaml"], 1, "absent.yaml"),
                (["run", file, "--name", "no/name"], 2, "name"), (["stats", "absent"], 1, "absent"),
            ] {
                let outcome = try await start(arguments).finish()
                #expect(outcome.code == code, "\(arguments): \(outcome.error)")
                #expect(outcome.error.contains(saying), "\(arguments): \(outcome.error)")
            }
        }

        private func digest(_ file: String) async throws -> String {
            let outcome = try await RunningCommand("/usr/bin/sha256sum", [file], in: directory).finish()
            return String(outcome.output.prefix(64))
        }
    }
}
