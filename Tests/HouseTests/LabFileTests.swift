import Foundation
import Testing

/// What the commands of the lab say about files that cannot be read or written: which file, why, and what to do.
@Suite struct LabFileTests {
    /// A command line with `ABSENT` for a path that is not there and `DIRECTORY` for one that is no file.
    struct Case: Sendable {
        var line: [String]
        /// What stands behind `error: `, with the same words for paths.
        var error: String
        var next: String
        var code: Int32 = 1
    }

    private static let topology = "give a file that describes a network"
    private static let parameters = "give a file that skein lab calibrate wrote with --write"
    private static let benchmark = "give a file that skein lab bench wrote with --json"

    static let cases = [
        Case(
            line: ["simulate", "ABSENT"], error: "reading topology file ABSENT: No such file or directory",
            next: topology),
        Case(
            line: ["simulate", "DIRECTORY"], error: "reading topology file DIRECTORY: Is a directory", next: topology,
            code: 2),
        Case(
            line: ["simulate", "ABSENT", "--plan-only"],
            error: "reading topology file ABSENT: No such file or directory",
            next: topology),
        Case(
            line: ["simulate", "DEMO", "--parameters", "ABSENT"],
            error: "reading parameters of the simulator: ABSENT: No such file or directory", next: parameters),
        Case(
            line: ["simulate", "DEMO", "--parameters", "DEMO"], error: "reading DEMO: ", next: parameters, code: 2),
        Case(
            line: ["simulate", "DEMO", "--slice", "64KiB", "--json", "ABSENT/a.json"],
            error: "writing a report: ABSENT/a.json: No such file or directory", next: "name a path in a directory that"
        ),
        Case(
            line: ["random", "--simulate", "--count", "1", "--parameters", "ABSENT"],
            error: "reading parameters of the simulator: ABSENT: No such file or directory", next: parameters),
        Case(
            line: ["bench", "ABSENT", "--only", "simulate/flat-16"],
            error: "benchmarking simulate/flat-16: ABSENT/flat-16.yaml: No such file or directory",
            next: "give the directory of the topology files"),
        Case(
            line: ["bench", "DIRECTORY", "--only", "simulate/flat-16", "--json", "ABSENT/a.json"],
            error: "writing ABSENT/a.json: ABSENT/: No such file or directory", next: "name a file in a directory that"),
        Case(
            line: ["bench", "DIRECTORY", "--only", "simulate/flat-16", "--json", "DEMO"],
            error: "adding figures to DEMO: ", next: "name another file with --json", code: 2),
        Case(
            line: ["bench", "--from", "ABSENT"], error: "reading a benchmark: ABSENT: No such file or directory",
            next: benchmark),
        Case(
            line: ["bench", "--from", "DIRECTORY"], error: "reading a benchmark: DIRECTORY: Is a directory",
            next: benchmark, code: 2),
    ]

    @Test("the error says what was being done with which file, and what to do next", arguments: cases)
    func errors(example: Case) throws {
        let directory = SourceTree.root.appendingPathComponent("topologies").path
        let paths = ["ABSENT": "/nonexistent/skein", "DIRECTORY": directory, "DEMO": "\(directory)/demo.yaml"]
        func filled(_ text: String) -> String {
            paths.reduce(text) { $0.replacingOccurrences(of: $1.key, with: $1.value) }
        }
        let outcome = try SkeinProcess.run(["lab"] + example.line.map(filled))
        #expect(outcome.code == example.code, "\(outcome.error)")
        #expect(outcome.error.contains("error: \(filled(example.error))"), "\(outcome.error)")
        #expect(outcome.error.contains("next: \(example.next)"), "\(outcome.error)")
    }
}
