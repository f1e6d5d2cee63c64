public import ArgumentParser
import Basics
public import Lab

/// `skein lab simulate`: a topology file in virtual time.
struct LabSimulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Distribute the images of a topology file in virtual time.",
        discussion: """
            Runs the same cores of gossip and of the transfer as real peers do, with links as queues with rates and \
            delays, disks with a rate, and the events of the file; nothing of the machine is touched, and no root is \
            needed. The same seed gives the same run: equal trace hashes say so.

            Example:  skein lab simulate topologies/flat-190.yaml
                      skein lab simulate topologies/kill-30pct.yaml --seed 7 --repeat 5
                      skein lab simulate topologies/racks-4x8.yaml --hosts 1000 --size 1GiB --html big.html
                      skein lab simulate topologies/racks-4x8.yaml --hosts 100000 --plan-only
            """)

    @Argument(help: ArgumentHelp("The topology file.", valueName: "path"))
    var file: String
    @Option(name: .long, help: "Add copies of the file's sites until there are so many hosts.")
    var hosts: Int?
    @Option(name: .long, help: ArgumentHelp("The size of every image, such as 1GiB.", valueName: "size"))
    var size: String?
    @Option(name: .long, help: "Decides all that is random; the first of the runs.")
    var seed: UInt64 = 0
    @Option(name: .long, help: "How often, each with the next seed; the figures are medians.")
    var `repeat` = 1
    @Option(name: .long, help: ArgumentHelp("Bytes of a slice, such as 64KiB: coarser is faster.", valueName: "size"))
    var slice: String?
    @Option(name: .long, help: "Gossip: on or off.")
    var gossip = SimulationOptions.Gossip.on
    @Flag(name: .long, help: "Only membership, the plan and the bound; no bytes move.")
    var planOnly = false
    @Option(name: .long, help: "Seconds of virtual time without any byte after which the run ends.")
    var patience = 90.0
    @Option(name: .long, help: ArgumentHelp("Parameters that lab calibrate wrote.", valueName: "path"))
    var parameters: String?
    @Option(name: .long, help: ArgumentHelp("Write the report as JSON; - is standard output.", valueName: "path"))
    var json: String?
    @Option(name: .long, help: ArgumentHelp("Write the report as a page.", valueName: "path"))
    var html: String?

    func validate() throws {
        try MeasuringOptions.check(repeats: `repeat`, atMost: 10_000, patience: patience)
        for (name, value) in [("--size", size), ("--slice", slice)] {
            if let value, ByteCount(parsing: value) == nil { throw ValidationError("\(name) is a size such as 1GiB") }
        }
        if let slice, let bytes = ByteCount(parsing: slice)?.bytes, !(1024...1 << 20).contains(bytes) {
            throw ValidationError("--slice is from 1KiB to 1MiB")
        }
        if let hosts, hosts < 2 { throw ValidationError("--hosts is at least 2") }
    }

    func run() async throws {
        var options = SimulationOptions()
        options.seed = seed
        options.repeats = `repeat`
        options.gossip = gossip
        options.patience = .seconds(patience)
        if let slice, let bytes = ByteCount(parsing: slice)?.bytes { options.sliceBytes = Int(bytes) }
        if let parameters { options.parameters = try SimulationParameters.read(parameters) }
        let (file, hosts, settled) = (file, hosts, options)
        let imageSize = size.flatMap { ByteCount(parsing: $0) }
        if planOnly { return try await plan(settled, imageSize) }
        let report = try await LabInterrupt.guarding { progress in
            try await SimulationRun().run(
                file: file, hosts: hosts, imageSize: imageSize, options: settled, progress: progress)
        }
        if json != "-" { for line in TextReport.lines(report) { Output.line(Printable.text(line)) } }
        let topology = html == nil ? nil : try SimulationRun.topology(file: file, hosts: hosts, imageSize: imageSize)
        try ReportFiles(json: json, html: html).write(report, topology: topology)
        try LabRunCommand.judge(report)
    }

    private func plan(_ options: SimulationOptions, _ imageSize: ByteCount?) async throws {
        let topology = try SimulationRun.topology(file: file, hosts: hosts, imageSize: imageSize)
        let plan = try await LabInterrupt.guarding { progress in
            try SimulationRun.plan(topology, options: options, progress: progress)
        }
        if let json { try ReportFiles(json: json, html: nil).write(plan.json) }
        if json != "-" { for line in plan.lines { Output.line(Printable.text(line)) } }
    }
}

extension SimulationOptions.Gossip: ExpressibleByArgument {}
