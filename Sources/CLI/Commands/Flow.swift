import ArgumentParser
import Basics
import Peer

/// `skein flow`: who feeds whom with an image, how fast, and what holds the flow back.
struct Flow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show how an image flows from host to host.",
        discussion: """
            The peer asks every host that is alive. Rates are of the last two seconds, in Mbit/s of slices; FROM has the \
            parents that bring most, with the number of stripes in brackets where there are several; TO has the \
            children. LIMITED BY is what holds a host back: net in, net out, disk or CPU of its own, or parent when it \
            takes all that comes. The last lines are what the plan promises, with the bound of any distribution, and the \
            host that holds all others back.

            Example:  skein flow hello --live

            With --live it is drawn anew each second until all hosts have ended, or Ctrl-C. With --json there is one \
            document, with both one a line each second; rates in it are bytes per second.
            """)

    @Argument(help: "The image.")
    var image: String
    @Flag(name: .long, help: "Go on until all hosts have ended.")
    var live = false
    @OptionGroup var control: ControlOptions

    func run() async throws {
        let signals = SignalCount()
        do {
            try await Interrupt.guarding(
                onFirst: {
                    _ = signals.next()
                    LiveBlock.restore()
                }, { try await show() })
        } catch  where signals.value > 0 {
            // To stop looking is how looking on ends.
            let error = SkeinError(.cancelled, doing: "showing a flow", cause: "interrupted")
            throw ReportedError(error, exitCode: live ? 0 : Interrupt.exitCode, isPrinted: true)
        }
    }

    private func show() async throws {
        let report = try await ask()
        guard report.isFlowing else { throw nothingFlows(report) }
        guard live else {
            if control.json { return Output.json(report) }
            return FlowTable(report: report).lines.forEach(Output.line)
        }
        defer { if !control.json { LiveBlock.restore() } }
        var block = LiveBlock()
        draw(report, on: &block)
        var isFlowing = true
        while isFlowing {
            try await Task.sleep(for: .seconds(1))
            let report = try await ask()
            draw(report, on: &block)
            isFlowing = report.isFlowing
        }
    }

    private func ask() async throws -> FlowReport {
        try await control.client.get("/flow?image=\(ControlClient.escape(image))", as: FlowReport.self)
    }

    private func draw(_ report: FlowReport, on block: inout LiveBlock) {
        if control.json { return Output.json(report) }
        let columns = LiveBlock.columns
        let table = FlowTable(report: report, columns: columns)
        block.draw(columns == nil ? table.lines : table.linesForTerminal)
    }

    private func nothingFlows(_ report: FlowReport) -> SkeinError {
        func names(_ states: Set<FlowState>) -> [String] {
            report.hosts.filter { states.contains($0.state) }.map(\.host)
        }
        func list(_ names: [String]) -> String {
            names.prefix(8).joined(separator: ", ") + (names.count > 8 ? " and \(names.count - 8) more" : "")
        }
        let holders = names([.holder, .done])
        let failed = names([.failed])
        var cause = "nobody is receiving it; "
        cause += holders.isEmpty ? "no host that answers holds it" : "held by \(list(holders))"
        if !failed.isEmpty { cause += "; it did not reach \(list(failed))" }
        if !report.silent.isEmpty { cause += "; no answer from \(list(report.silent))" }
        return SkeinError(
            .notFound, doing: "showing how image \(image) flows", cause: cause,
            next: "skein image push \(image) --to HOSTS sends it on from a host that holds it; skein transfers tells "
                + "how it came here")
    }
}
