public import ArgumentParser
import Basics
import Foundation
public import Lab

/// `skein lab random`: networks that nobody has tuned anything to.
struct LabRandom: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "random",
        abstract: "Draw random networks, and see how well they are used.",
        discussion: """
            Prints the topology file of a seed, for lab simulate and lab run; with --simulate draws many, distributes \
            an image over each in virtual time and says how the ratios of finish and bound are spread. The same seed \
            gives the same network.

            Kinds: \(RandomTopology.Kind.allCases.map(\.rawValue).joined(separator: ", "))

            Example:  skein lab random --seed 7 > net.yaml && skein lab run net.yaml --repeat 1
                      skein lab random --simulate --count 1000
                      skein lab random --simulate --count 200 --kind tight --json
            """)

    @Option(name: .long, help: "The seed; the first of several.")
    var seed: UInt64 = 1
    @Option(name: .long, help: "How many networks are simulated.")
    var count = 100
    @Option(name: .long, help: "Which kind; any when none is named.")
    var kind: RandomTopology.Kind?
    @Option(name: .long, help: "The most hosts of a network.")
    var hosts = RandomTopology.usualHosts
    @Flag(name: .long, help: "Simulate the networks instead of printing the first.")
    var simulate = false
    @Option(name: .long, help: ArgumentHelp("Bytes of a slice, such as 64KiB: coarser is faster.", valueName: "size"))
    var slice: String?
    @Option(name: .long, help: ArgumentHelp("Parameters that lab calibrate wrote.", valueName: "path"))
    var parameters: String?
    @Flag(name: .long, help: "Print every network's figures as JSON.")
    var json = false

    /// Networks that are named in the table, the worst first.
    private static let named = 5

    func validate() throws {
        guard (1...100_000).contains(count) else { throw ValidationError("--count is from 1 to 100000") }
        guard seed <= 1 << 48 else { throw ValidationError("--seed is at most 2^48") }
        guard (RandomTopology.leastHosts...2000).contains(hosts) else {
            throw ValidationError("--hosts is from \(RandomTopology.leastHosts) to 2000")
        }
        if let slice, !(1024...1 << 20).contains(ByteCount(parsing: slice)?.bytes ?? 0) {
            throw ValidationError("--slice is a size from 1KiB to 1MiB")
        }
    }

    func run() async throws {
        guard simulate else {
            let text = RandomTopology(seed: seed, kind: kind, most: hosts).text
            return Output.line(text.hasSuffix("\n") ? String(text.dropLast()) : text)
        }
        var options = RandomSweep.options()
        if let slice, let bytes = ByteCount(parsing: slice)?.bytes { options.sliceBytes = Int(bytes) }
        if let parameters { options.parameters = try SimulationParameters.read(parameters) }
        let (count, seeds, settled) = (count, seed..<seed + UInt64(count), options)
        let sweep = try await RandomSweep.run(
            seeds: seeds, kind: kind, most: hosts, parallel: ProcessInfo.processInfo.activeProcessorCount,
            options: settled
        ) { done in
            guard done.isMultiple(of: max(1, count / 20)) else { return }
            FileHandle.standardError.write(Data("\(done) of \(count) networks\n".utf8))
        }
        if json { return Output.json(sweep) }
        show(sweep)
    }

    private func show(_ sweep: RandomSweep) {
        var table = TextTable(
            [.init(title: "KIND")]
                + ["NETWORKS", "MEDIAN", "P90", "P99", "WORST", "LAST MEDIAN", "LAST P99"].map {
                    .init(title: $0, isNumeric: true)
                })
        for kind in [nil] + RandomTopology.Kind.allCases.map({ $0 as RandomTopology.Kind? }) {
            guard let spread = sweep.spread(kind), let last = sweep.spread(kind, \.lastRatio) else { continue }
            table.add([
                kind?.rawValue ?? "all", "\(spread.networks)", ratio(spread.median), ratio(spread.p90),
                ratio(spread.p99), ratio(spread.worst), ratio(last.median), ratio(last.p99),
            ])
        }
        table.print()
        for row in sweep.rows.sorted(by: { $0.ratio > $1.ratio }).prefix(Self.named) {
            Output.line(
                "seed \(row.seed): \(ratio(row.ratio)), \(row.kind), \(row.hosts) hosts, bound "
                    + "\(Figures.seconds(row.bound)), \(row.done) of \(row.of) done")
        }
    }

    private func ratio(_ value: Double) -> String {
        value < RandomSweep.never ? String(format: "%.3f", value) : "never"
    }
}

extension RandomTopology.Kind: ExpressibleByArgument {}
