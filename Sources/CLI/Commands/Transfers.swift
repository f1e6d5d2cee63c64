import ArgumentParser
import Basics
import Peer

/// `skein transfers`: the images that came to this host.
struct Transfers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the images that came or are coming to this host.",
        discussion: """
            Since the peer was started: how far, how fast, from how many peers, and how often nothing came for half a \
            second or more.

            Example:  skein transfers
            """)

    @OptionGroup var control: ControlOptions

    func run() async throws {
        let transfers = try await control.client.get("/transfers", as: [TransferRow].self)
        if control.json { return Output.json(transfers) }
        var table = TextTable([
            .init(title: "IMAGE"), .init(title: "STATE"), .init(title: "CAME", isNumeric: true),
            .init(title: "OF", isNumeric: true), .init(title: "TIME", isNumeric: true),
            .init(title: "FROM", isNumeric: true), .init(title: "STALLS", isNumeric: true), .init(title: "NOTE"),
        ])
        for transfer in transfers {
            table.add([
                String(transfer.image.prefix(12)), transfer.state, Figures.bytes(transfer.bytes),
                Figures.bytes(transfer.total),
                transfer.finished.map { Figures.seconds($0 - transfer.started) } ?? "",
                "\(transfer.sources.count)", "\(transfer.stalls.count)", transfer.reason ?? "",
            ])
        }
        table.print()
    }
}
