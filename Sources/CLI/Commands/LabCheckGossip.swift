import ArgumentParser
import Basics
import Lab

/// `skein lab check-gossip`: does gossip of real peers keep its bars on this machine?
struct LabCheckGossip: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-gossip",
        abstract: "Measure gossip of real peers over an emulated network against its bars.",
        discussion: """
            Raises the network with a peer on every host and lets all join at the same moment. Measured are the time to a \
            full view everywhere (join), traffic of peers at rest, counted at their interfaces (quiet), and the time from \
            kill -9 to the word of death in all views (crash). Then all UDP is dropped for a while (cut): nobody may be \
            taken for dead. A second network has no UDP from the beginning (blocked). Everything is taken away at the \
            end, also after Ctrl-C. It needs root, and a machine that does little else. The exit code is 1 when a bar \
            does not hold.

            Example:  skein lab check-gossip
                      skein lab check-gossip topologies/racks-4x8.yaml --json
                      skein lab check-gossip topologies/flat-8.yaml --only open --settle 20 --quiet 20 --hold 20
            """)

    @Argument(help: ArgumentHelp("The topology file.", valueName: "path"))
    var file = "topologies/flat-32.yaml"
    @Option(name: .long, help: "One part: open (UDP works at first) or blocked (it does not).")
    var only: String?
    @Option(name: .long, help: "Seconds from the start until quiet traffic is counted.")
    var settle = 90.0
    @Option(name: .long, help: "Seconds for which it is counted.")
    var quiet = 60.0
    @Option(name: .long, help: "Seconds for which nobody may be taken for dead without UDP.")
    var hold = 60.0
    @Option(name: .long, help: "How many peers are killed, one after the other.")
    var victims = 3
    @Flag(name: .long, help: "Write JSON.")
    var json = false

    func validate() throws {
        guard only.map({ GossipCheckOptions.Part(rawValue: $0) != nil }) ?? true else {
            throw ValidationError("--only is open or blocked")
        }
        for (name, value) in [("settle", settle), ("quiet", quiet), ("hold", hold)] {
            guard value >= 1, value <= 3600 else { throw ValidationError("--\(name) is from 1 to 3600") }
        }
        guard (1...100).contains(victims) else { throw ValidationError("--victims is from 1 to 100") }
    }

    func run() async throws {
        var options = GossipCheckOptions()
        if let part = only.flatMap(GossipCheckOptions.Part.init) { options.parts = [part] }
        options.settle = .seconds(settle)
        options.quiet = .seconds(quiet)
        options.hold = .seconds(hold)
        options.victims = victims
        let (file, settled) = (file, options)
        let report = try await LabInterrupt.guarding { progress in
            try await GossipCheck(control: PeerLabControl()).run(file: file, options: settled, progress: progress)
        }
        if json { Output.line(report.json) } else { show(report) }
        guard report.holds else { throw ExitCode(1) }
    }

    private func show(_ report: GossipCheckReport) {
        var table = TextTable([
            .init(title: "FIGURE"), .init(title: "MEDIAN", isNumeric: true), .init(title: "WORST", isNumeric: true),
            .init(title: "BAR", isNumeric: true), .init(title: ""), .init(title: "WHAT IT IS"),
        ])
        for figure in report.figures {
            table.add([
                figure.name, figure.values.count > 1 ? text(figure.median, figure.unit) : "",
                text(figure.value, figure.unit), figure.bar.map { text($0, figure.unit) } ?? "",
                figure.bar == nil ? "" : figure.holds ? "holds" : "FAILS", figure.meaning,
            ])
        }
        table.print()
        let verdict = report.holds ? "all bars hold" : "not all bars hold"
        Output.line("\(report.peers) peers, \(report.topology): \(verdict)")
    }

    private func text(_ value: Double, _ unit: GossipCheckReport.Unit) -> String {
        guard value.isFinite else { return "never" }
        return switch unit {
        case .seconds: "\(Figures.fixed(value, 2)) s"
        case .bytesPerSecond: "\(Figures.fixed(value, 0)) B/s"
        case .count: Figures.fixed(value, 0)
        }
    }
}
