import Foundation
import Testing

/// `skein lab gossip` as a process.
@Suite struct GossipProcessTests {
    private struct Row: Decodable {
        let scenario: String
        let figure: String
        let holds: Bool
        let traces: [String]
    }

    @Test("the same seed gives the same trace in two processes", arguments: ["crash", "partition"])
    func theSameTraceInTwoProcesses(scenario: String) throws {
        let rows = try ["4", "4", "9"].map { seed in
            let outcome = try SkeinProcess.run(
                ["lab", "gossip", scenario, "--hosts", "40", "--seeds", "2", "--first-seed", seed, "--json"])
            #expect(outcome.code == 0, "\(outcome.error)")
            return try JSONDecoder().decode([Row].self, from: Data(outcome.output.utf8))
        }
        #expect(rows[0].map(\.traces) == rows[1].map(\.traces))
        #expect(rows[0].map(\.traces) != rows[2].map(\.traces))
        #expect(rows.allSatisfy { $0.allSatisfy { $0.traces.count == 2 && $0.holds && $0.scenario == scenario } })
    }

    @Test(
        "bad input exits with 2 and says why",
        arguments: [
            (["nonsense"], "nonsense"), (["--hosts", "3"], "--hosts is from 4 to 100000"),
            (["--seeds", "0"], "--seeds is from 1 to 1000"),
        ])
    func badInputIsRefused(arguments: [String], cause: String) throws {
        let outcome = try SkeinProcess.run(["lab", "gossip"] + arguments)
        #expect(outcome.code == 2)
        #expect(outcome.error.contains(cause), "\(outcome.error)")
    }
}
