import ArgumentParser
import Basics
import Lab
import Peer

/// `skein lab bench`: a fixed set of measurements, as a document.
struct LabBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure a fixed set of topologies and write the figures down.",
        discussion: """
            Real peers over small emulated networks, with and without faults; the same by other tools, as far as they \
            are installed; 190 peers at rest; larger networks in virtual time. It takes a quarter of an hour on two \
            cores, and wants a machine that does nothing else.

            Example:  skein lab bench topologies --markdown docs/BENCHMARKS.md --json bench.json
                      skein lab bench --from bench.json --markdown docs/BENCHMARKS.md
            """)

    @Argument(help: ArgumentHelp("The directory of the topology files.", valueName: "path"))
    var topologies = "topologies"
    @Option(name: .long, help: ArgumentHelp("Measure nothing: take the figures from its JSON.", valueName: "path"))
    var from: String?
    @Option(
        name: .long, help: ArgumentHelp("Write the document here; without it to standard output.", valueName: "path"))
    var markdown: String?
    @Option(name: .long, help: ArgumentHelp("Write the figures as JSON.", valueName: "path"))
    var json: String?

    func run() async throws {
        let report: BenchReport
        if let from {
            report = try BenchReport.read(from)
        } else {
            let topologies = topologies
            report = try await LabInterrupt.guarding { progress in
                try await Bench(control: PeerLabControl(), topologies: topologies)
                    .run(version: PeerVersion.text, progress: progress)
            }
        }
        // The figures first: a document that cannot be written must not cost them.
        if let json { try ReportFile.write(report.json, to: json) }
        if let markdown {
            try ReportFile.write(report.markdown, to: markdown)
            Output.line("wrote \(markdown)")
        } else {
            Output.line(report.markdown)
        }
        if let failed = report.parts.first(where: { $0.failure != nil }) {
            throw SkeinError(
                .partial, doing: "benchmarking", cause: "\(failed.file): \(failed.failure ?? "")",
                next: "see what was not measured at the end of the document")
        }
    }
}
