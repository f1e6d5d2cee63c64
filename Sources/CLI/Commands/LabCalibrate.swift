import ArgumentParser
import Basics
import Lab
import Peer

/// `skein lab calibrate`: how far the simulator is off, and parameters with which it is less so.
struct LabCalibrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Emulate and simulate the same files, and fit the simulator.",
        discussion: """
            Runs every file over an emulated network as lab run does, simulates the same with the same peers in the \
            same places, and prints how far the simulator is off: when half of the hosts were done, and when the last \
            was. Its parameters are fitted on every second file, the first among them; the others judge.

            Files that saturate this machine are named and left out. Reports that lab run wrote spare the emulation, \
            and then no root is needed.

            Example:  skein lab calibrate topologies/flat-8.yaml topologies/racks-2x4.yaml --write parameters.json
                      skein lab run topologies/flat-8.yaml --json flat.json
                      skein lab calibrate topologies/flat-8.yaml topologies/racks-2x4.yaml --emulated flat.json
                      skein lab simulate topologies/flat-190.yaml --parameters parameters.json
            """)

    @Argument(help: ArgumentHelp("Topology files, at least two.", valueName: "path"))
    var files: [String]
    @Option(name: .long, help: "How often each file is emulated; the figures are medians.")
    var `repeat` = 3
    @Option(
        name: .long,
        help: ArgumentHelp("JSON of lab run, instead of emulating its file; may be repeated.", valueName: "path"))
    var emulated: [String] = []
    @Option(
        name: .long,
        help: ArgumentHelp("Leave the reports of what was emulated here, for --emulated.", valueName: "directory"))
    var keep: String?
    @Option(name: .long, help: ArgumentHelp("Begin with these parameters instead of the defaults.", valueName: "path"))
    var parameters: String?
    @Flag(name: .long, help: "Fit nothing: only say how far the parameters are off.")
    var check = false
    @Option(name: .long, help: ArgumentHelp("Write the parameters found, for lab simulate.", valueName: "path"))
    var write: String?
    @Option(name: .long, help: ArgumentHelp("Write the report as JSON; - is standard output.", valueName: "path"))
    var json: String?
    @Option(name: .long, help: ArgumentHelp("The memory that a run may take, such as 12GiB.", valueName: "size"))
    var memory: String?
    @Option(name: .long, help: "Added to the seeds of the files.")
    var seed: UInt64 = 0
    @Option(name: .long, help: "Seconds without any byte after which a run ends.")
    var patience = 90.0

    func validate() throws {
        guard files.count >= 2 else { throw ValidationError("give at least two files: half of them judge the fit") }
        try MeasuringOptions.check(repeats: `repeat`, patience: patience, memory: memory)
        if check, write != nil { throw ValidationError("--check finds no parameters to write") }
    }

    func run() async throws {
        var options = Calibration.Options()
        options.experiment.repeats = `repeat`
        options.experiment.memoryLimit = memory.flatMap { ByteCount(parsing: $0) }
        options.experiment.seed = seed
        options.experiment.patience = .seconds(patience)
        options.reports = emulated
        options.keep = keep
        options.onlyChecks = check
        if let parameters { options.parameters = try SimulationParameters.read(parameters) }
        let (files, settled) = (files, options)
        let report = try await LabInterrupt.guarding { progress in
            try await Calibration(control: PeerLabControl())
                .run(files: files, options: settled, version: PeerVersion.text, progress: progress)
        }
        if json != "-" { for line in report.lines { Output.line(Printable.text(line)) } }
        try ReportFiles(json: json, html: nil).write(report.json)
        if let write {
            try ReportFile.write(report.parameters.json, to: write)
            if json != "-" { Output.line("next: skein lab simulate FILE --parameters \(write)") }
        }
    }
}
