import Foundation
import Testing

/// `skein lab simulate` as a process: what must not depend on one.
@Suite struct SimulateProcessTests {
    private struct Traced: Decodable {
        let traceHash: String
        let survivors: Int
        let identical: Int
    }

    private func simulate(_ file: String, _ more: [String]) throws -> SkeinProcess.Outcome {
        let path = SourceTree.root.appendingPathComponent("topologies/\(file).yaml").path
        return try SkeinProcess.run(["lab", "simulate", path] + more)
    }

    /// Hash seeds, addresses and clocks differ from process to process.
    @Test("the same seed gives the same trace in two processes", arguments: ["demo", "kill-10pct", "late-joiners"])
    func theSameTraceInTwoProcesses(file: String) throws {
        let traces = try ["3", "3", "4"].map { seed in
            let outcome = try simulate(file, ["--seed", seed, "--slice", "64KiB", "--json", "-"])
            #expect(outcome.code == 0, "\(outcome.error)")
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode(Traced.self, from: Data(outcome.output.utf8))
        }
        #expect(traces[0].traceHash == traces[1].traceHash)
        #expect(traces[0].traceHash != traces[2].traceHash)
        #expect(traces.allSatisfy { $0.traceHash.count == 16 && $0.identical == $0.survivors && $0.survivors > 0 })
    }

    @Test("a report for people names the trace, and a plan is made without bytes")
    func reportsAreText() throws {
        let report = try simulate("demo", [])
        #expect(report.code == 0 && report.output.hasPrefix("demo: skein, 4 hosts, 64 MiB, simulated"))
        #expect(report.output.contains("copies  3 of 3 survivors identical"))
        #expect(report.output.contains(" · seed 0"))
        let plan = try simulate("demo", ["--hosts", "64", "--plan-only"])
        #expect(plan.code == 0 && plan.output.hasPrefix("demo: 64 hosts, simulated, plan only"))
        #expect(plan.output.contains(" peers deep"))
    }

    @Test(
        "bad input exits with 2 and says why",
        arguments: [
            (["--hosts", "1"], "--hosts is at least 2"), (["--hosts", "3"], "3 hosts: the file has 4"),
            (["--hosts", "200001"], "at most 200000 are possible"),
            (["--size", "12"], "--size is a size such as 1GiB"),
            (["--slice", "1B"], "--slice is from 1KiB to 1MiB"), (["--repeat", "0"], "--repeat is from 1 to 10000"),
            (["--gossip", "maybe"], "maybe"),
        ])
    func badInputIsRefused(arguments: [String], cause: String) throws {
        let outcome = try simulate("demo", arguments)
        #expect(outcome.code == 2)
        #expect(outcome.error.contains(cause), "\(outcome.error)")
        #expect(try simulate("demo", ["--parameters", "/nonexistent/p.json"]).code == 1)
    }
}
