public import ArgumentParser
import Basics
import Foundation
public import Lab

/// `skein lab gossip`: what gossip does at a hundred, a thousand and more peers, in virtual time.
struct LabGossip: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gossip",
        abstract: "Measure gossip among many peers in virtual time.",
        discussion: """
            Runs the same membership core as real peers do, with delays, loss and faults, and compares what it measures \
            with the bars of docs/GOSSIP.md. Nothing of the machine is touched, and no root is needed. The same seed \
            gives the same run: equal traces say so.

            Scenarios: \(GossipScenario.allCases.map(\.rawValue).joined(separator: ", "))

            Beyond 2,000 peers each site is a group of its own: sites of 2,000, from 20,000 peers on of 500. 100,000 take 9 GB
            of memory and a quarter of an hour.

            Example:  skein lab gossip
                      skein lab gossip crash partition --hosts 1000 --seeds 20
                      skein lab gossip --hosts 100 --hosts 1000 --markdown table.md
            """)

    @Argument(help: ArgumentHelp("Which scenarios; all when none is named.", valueName: "scenario"))
    var scenarios: [GossipScenario] = []
    @Option(name: .long, help: "How many peers; may be given several times.")
    var hosts: [Int] = [100]
    @Option(name: .long, help: "How many seeds.")
    var seeds = 3
    @Option(name: .long, help: "The first seed.")
    var firstSeed: UInt64 = 1
    @Option(name: .long, help: ArgumentHelp("Write the table into this file.", valueName: "path"))
    var markdown: String?
    @Flag(name: .long, help: "Print the rows as JSON.")
    var json = false

    func validate() throws {
        guard (1...1000).contains(seeds) else { throw ValidationError("--seeds is from 1 to 1000") }
        guard !hosts.isEmpty, hosts.allSatisfy({ (4...100_000).contains($0) }) else {
            throw ValidationError("--hosts is from 4 to 100000")
        }
        guard firstSeed <= 1 << 32 else { throw ValidationError("--first-seed is at most 2^32") }
    }

    func run() async throws {
        // Found out now, and not after hours.
        if let markdown { try write("", to: markdown) }
        var table = ScenarioTable()
        let chosen = scenarios.isEmpty ? GossipScenario.allCases : scenarios
        for count in hosts {
            for scenario in chosen {
                table.run(scenario, hosts: count, seeds: firstSeed...firstSeed + UInt64(seeds - 1)) { line in
                    FileHandle.standardError.write(Data((line + "\n").utf8))
                }
            }
        }
        if json {
            Output.json(table.rows.map(GossipRowJSON.init))
        } else {
            Output.line(table.markdown)
        }
        if let markdown { try write(table.markdown + "\n", to: markdown) }
        guard table.holds else { throw ExitCode(1) }
    }

    private func write(_ text: String, to path: String) throws(SkeinError) {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        } catch {
            throw SkeinError(
                .usage, doing: "writing the table to \(path)", cause: error.localizedDescription,
                next: "name a file in a folder that can be written")
        }
    }
}

extension GossipScenario: ExpressibleByArgument {}

/// One row for programs.
private struct GossipRowJSON: Encodable {
    let scenario: String
    let hosts: Int
    let seeds: [UInt64]
    let figure: String
    let unit: String
    let bar: Double
    let value: Double
    let values: [Double]
    let traces: [String]
    let holds: Bool

    init(_ row: ScenarioTable.Row) {
        scenario = row.scenario.rawValue
        hosts = row.hosts
        seeds = Array(row.seeds)
        figure = row.bar.name
        unit = row.bar.unit.rawValue
        bar = row.bar.limit
        value = row.value.isFinite ? row.value : -1
        values = row.values.map { $0.isFinite ? $0 : -1 }
        traces = row.traces
        holds = row.holds
    }
}
