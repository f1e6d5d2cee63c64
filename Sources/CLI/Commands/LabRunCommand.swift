import ArgumentParser
import Basics
import Lab
import Peer

/// `skein lab run`: an image distributed over an emulated network, measured and checked.
struct LabRunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Distribute the images of a topology file over its network, and measure it.",
        discussion: """
            Raises the network with a real peer on every host, has the image installed everywhere, lets the events of \
            the file happen, compares every copy byte for byte, and takes everything away again. Says beforehand what \
            it needs of the machine.

            The ratio is the largest of finish over bound of all hosts; the bound comes from the declared rates and \
            from the goodput of a plain TCP relay over the same links in the same run.

            Example:  skein lab run topologies/flat-16.yaml
                      skein lab run topologies/kill-10pct.yaml --repeat 1 --html run.html
                      skein lab run topologies/flat-16.yaml --repeat 1 --keep copies --json run.json
            """)

    @Argument(help: ArgumentHelp("The topology file.", valueName: "path"))
    var file: String
    @Option(name: .long, help: "How often; the figures are medians.")
    var `repeat` = 3
    @Option(name: .long, help: ArgumentHelp("Write the report as JSON; - is standard output.", valueName: "path"))
    var json: String?
    @Option(name: .long, help: ArgumentHelp("Write the report as a page.", valueName: "path"))
    var html: String?
    @Option(name: .long, help: ArgumentHelp("Leave every copy, the images and the wall times.", valueName: "directory"))
    var keep: String?
    @Option(name: .long, help: ArgumentHelp("The memory that the run may take, such as 12GiB.", valueName: "size"))
    var memory: String?
    @Flag(name: .long, help: "Keep stores on disk instead of in memory.")
    var onDisk = false
    @Option(name: .long, help: "Added to the seeds of the file; decides the bytes of the images.")
    var seed: UInt64 = 0
    @Option(name: .long, help: "Seconds without any byte after which the run ends.")
    var patience = 90.0
    @Option(name: .long, help: "The lab's name; without it something random.")
    var name: String?

    func validate() throws {
        try MeasuringOptions.check(repeats: `repeat`, patience: patience, memory: memory)
    }

    func run() async throws {
        var options = ExperimentOptions()
        options.repeats = `repeat`
        options.name = name
        options.keep = keep
        options.keepsDataInMemory = !onDisk
        options.memoryLimit = memory.flatMap { ByteCount(parsing: $0) }
        options.seed = seed
        options.patience = .seconds(patience)
        let (file, settled) = (file, options)
        let report = try await LabInterrupt.guarding { progress in
            try await Experiment(control: PeerLabControl()).run(file: file, options: settled, progress: progress)
        }
        // First what a person waits for: a path that cannot be written must not cost the figures.
        if json != "-" { for line in TextReport.lines(report) { Output.line(Printable.text(line)) } }
        try ReportFiles(json: json, html: html).write(report, file: file)
        try Self.judge(report)
    }

    /// A run in which a survivor lacks an identical copy has not done what it was to do.
    static func judge(_ report: RunReport) throws {
        guard report.identical < report.survivors else { return }
        let bad = report.hostsDetail.filter { $0.fate == .unfinished }.prefix(5)
        throw SkeinError(
            .partial, doing: "running \(report.name)",
            cause: "\(report.survivors - report.identical) of \(report.survivors) hosts have no identical copy: "
                + bad.map { "\($0.host) (\($0.reason ?? "not done"))" }.joined(separator: ", "),
            next: "see the report; --seed \(report.seed ?? 0) repeats the events")
    }
}
