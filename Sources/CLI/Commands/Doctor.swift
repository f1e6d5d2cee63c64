import ArgumentParser
import Basics
import Peer

/// `skein doctor`: what keeps this machine from being a host, and what to do about it.
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check this machine and its peer.",
        discussion: """
            Asks the running peer, which has proved its accelerator, its store and its network. Without a peer it \
            checks what can be checked without one. Exit code 1 when something is bad.

            Example:  skein doctor --json
            """)

    @OptionGroup var control: ControlOptions

    func run() async throws {
        var rows: [CheckRow]
        do {
            rows = try await control.client.get("/doctor")
        } catch {
            guard error.code == .unreachable || error.code == .permission else { throw error }
            rows = LocalChecks.run()
            rows.append(CheckRow(verdict: "warning", subject: "peer", finding: error.cause, next: error.next))
        }
        if control.json {
            Output.json(rows)
        } else {
            show(rows)
        }
        let bad = rows.count { $0.verdict == "bad" }
        if bad > 0 {
            throw ReportedError(
                SkeinError(.tool, doing: "checking this machine", cause: "\(bad) findings are bad"), isPrinted: true)
        }
    }

    private func show(_ rows: [CheckRow]) {
        var table = TextTable([.init(title: "VERDICT"), .init(title: "SUBJECT"), .init(title: "FINDING")])
        for row in rows { table.add([row.verdict, row.subject, row.finding]) }
        table.print()
        for row in rows where !row.next.isEmpty {
            Output.line("next for \(Printable.text(row.subject)): \(Printable.text(row.next))")
        }
    }
}
