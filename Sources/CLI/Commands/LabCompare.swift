import ArgumentParser
import Basics
import Lab
import Peer

/// `skein lab compare`: the same bytes over the same network by skein and by other tools.
struct LabCompare: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Distribute the images of a topology file by skein and by other tools, side by side.",
        discussion: """
            Skein comes first; then a chain of socat processes, multicast by udpcast, BitTorrent by aria2 and by \
            libtorrent, and rsync from the source, each at its best settings, over a network of its own of the same \
            file. Every copy is compared byte for byte. Tools that are not installed are named and left out; \
            make bench-deps installs them all.

            Kills, stops, cuts and changed links happen to every tool; hosts that join late are there from the start \
            for all but skein.

            Example:  skein lab compare topologies/flat-16.yaml
                      skein lab compare topologies/flat-16.yaml --tools chain,rsync --repeat 3 --html compare.html
            """)

    @Argument(help: ArgumentHelp("The topology file.", valueName: "path"))
    var file: String
    @Option(name: .long, help: ArgumentHelp("The tools beside skein, with commas between.", valueName: "list"))
    var tools = ToolName.allCases.map(\.rawValue).joined(separator: ",")
    @Option(name: .long, help: "How often, all in turn; the figures are medians.")
    var `repeat` = 1
    @Option(name: .long, help: ArgumentHelp("Write the report as JSON; - is standard output.", valueName: "path"))
    var json: String?
    @Option(name: .long, help: ArgumentHelp("Write the report as a page.", valueName: "path"))
    var html: String?
    @Option(name: .long, help: ArgumentHelp("The memory that a run may take, such as 12GiB.", valueName: "size"))
    var memory: String?
    @Flag(name: .long, help: "Keep stores and copies on disk instead of in memory.")
    var onDisk = false
    @Option(name: .long, help: "Added to the seeds of the file; decides the bytes of the images.")
    var seed: UInt64 = 0
    @Option(name: .long, help: "Seconds without any byte after which a tool is given up.")
    var patience = 90.0
    @Option(name: .long, help: "The lab's name; without it something random.")
    var name: String?

    func validate() throws {
        try MeasuringOptions.check(repeats: `repeat`, patience: patience, memory: memory)
    }

    func run() async throws {
        let tools = try ToolName.list(tools)
        var options = ExperimentOptions()
        options.repeats = `repeat`
        options.name = name
        options.keepsDataInMemory = !onDisk
        options.memoryLimit = memory.flatMap { ByteCount(parsing: $0) }
        options.seed = seed
        options.patience = .seconds(patience)
        let (file, settled) = (file, options)
        let topology = try Topology.load(path: file)
        let report = try await LabInterrupt.guarding { progress in
            try await Comparison(control: PeerLabControl())
                .run(file: file, tools: tools, options: settled, version: PeerVersion.text, progress: progress)
        }
        if json != "-" { for line in TextReport.lines(report) { Output.line(Printable.text(line)) } }
        try ReportFiles(json: json, html: html).write(report, topology: topology)
        // What the others do not manage is what the comparison is for.
        if let skein = report.results.first { try LabRunCommand.judge(skein) }
    }
}
