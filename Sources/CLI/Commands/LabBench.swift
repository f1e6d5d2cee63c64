import ArgumentParser
import Basics
import Lab
import Peer
import Synchronization

/// `skein lab bench`: a fixed set of measurements, as a document.
struct LabBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure a fixed set of topologies and write the figures down.",
        discussion: """
            Real peers over small emulated networks, with and without faults; the same by other tools, as far as they \
            are installed; 190 peers at rest; larger networks in virtual time. It wants a machine that does nothing else.

            The figures are written after each step. A step that fails is named in them and the others go on; Ctrl-C \
            takes the lab away and leaves what was measured until then, marked as cut short. With --only the steps' \
            figures go into those that the JSON has already, so the set can be measured in several sittings.

            Example:  skein lab bench topologies --markdown docs/BENCHMARKS.md --json bench.json
                      skein lab bench --only 'compare/*' --only run/mixed-12 --json bench.json
                      skein lab bench --from bench.json --markdown docs/BENCHMARKS.md
            """)

    @Argument(help: ArgumentHelp("The directory of the topology files.", valueName: "path"))
    var topologies = "topologies"
    @Option(
        name: .long,
        help: ArgumentHelp("Measure only such steps, as compare/flat-8 or 'simulate/*'.", valueName: "pattern"))
    var only: [String] = []
    @Option(name: .long, help: "How often every step is repeated, instead of what the set says.")
    var `repeat`: Int?
    @Option(name: .long, help: ArgumentHelp("Measure nothing: take the figures from its JSON.", valueName: "path"))
    var from: String?
    @Option(
        name: .long, help: ArgumentHelp("Write the document here; without it to standard output.", valueName: "path"))
    var markdown: String?
    @Option(name: .long, help: ArgumentHelp("Write the figures as JSON.", valueName: "path"))
    var json: String?

    func validate() throws {
        if let count = `repeat` { try MeasuringOptions.check(repeats: count, patience: 1) }
        if from != nil, !only.isEmpty || `repeat` != nil {
            throw ValidationError("--from measures nothing, so --only and --repeat have no place there")
        }
        if !only.isEmpty, markdown != nil, json == nil {
            throw ValidationError("--markdown with --only wants --json: the document is made of all figures there")
        }
    }

    func run() async throws {
        let files = BenchFiles(json: json, markdown: markdown)
        if let from { return try finish(files, with: try BenchReport.read(from)) }
        let bench = try Bench(control: PeerLabControl(), topologies: topologies, only: only, repeats: `repeat`)
        try files.check()
        let earlier = only.isEmpty ? nil : try files.earlier()
        let latest = Mutex<BenchReport?>(nil)
        let report: BenchReport
        do {
            report = try await LabInterrupt.guarding { progress in
                try await bench.run(version: PeerVersion.text, earlier: earlier, progress: progress) { report in
                    latest.withLock { $0 = report }
                    do {
                        try files.write(report)
                    } catch {
                        progress(.warning("\(error)"))
                    }
                }
            }
        } catch {
            if error is ReportedError { sayWhatIsLeft(latest.withLock { $0 }) }
            throw error
        }
        try finish(files, with: report)
        let failures = bench.failures(in: report)
        guard failures.isEmpty else {
            throw SkeinError(
                .partial, doing: "benchmarking", cause: failures.joined(separator: "\n"),
                next: "see what was not measured at the end of the document; --only repeats single steps")
        }
    }

    private func finish(_ files: BenchFiles, with report: BenchReport) throws {
        try files.write(report)
        if let names = files.names { Output.line("wrote \(names)") }
        if markdown == nil { Output.line(report.markdown) }
    }

    /// After Ctrl-C: what was measured is in the files, or goes to standard output.
    private func sayWhatIsLeft(_ report: BenchReport?) {
        guard let report else { return Output.error("no step was done, so nothing was written") }
        let place = report.cutShort?.place ?? "after the last step"
        if let names = BenchFiles(json: json, markdown: markdown).names {
            Output.error("wrote to \(names) what was measured; cut short \(place)")
            Output.error("next: measure the rest with --only NAME --json FILE")
        } else {
            Output.error("cut short \(place)")
            Output.line(report.markdown)
        }
    }
}
