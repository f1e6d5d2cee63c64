import ArgumentParser
import Basics
import Peer

/// `skein sites`: the other sites, where each site is a group of its own.
struct Sites: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the other sites.",
        discussion: """
            For large federations, whose peers have `gossip: {segments: sites}` in their configuration: each site is a group \
            of its own then, and a few of its peers, the bridges, carry news between the groups. IMAGES are the \
            beginnings of the names of those that most of a site's hosts hold.

            Example:  skein sites
            """)

    @OptionGroup var control: ControlOptions

    func run() async throws {
        let report = try await control.client.get("/sites", as: SitesReport.self)
        if control.json { return Output.json(report) }
        var table = TextTable([
            .init(title: "SITE"), .init(title: "PEERS", isNumeric: true), .init(title: "VCPUS", isNumeric: true),
            .init(title: "FREE", isNumeric: true), .init(title: "BRIDGE"), .init(title: "IMAGES"),
        ])
        for row in report.sites {
            table.add([
                row.site, row.peers > 0 ? "\(row.peers)" : "gone", "\(row.vcpus)", Figures.mebibytes(row.freeMemoryMiB),
                row.bridge ?? "", row.images.map { String($0.prefix(12)) }.joined(separator: " "),
            ])
        }
        table.print()
        let bridges = report.bridges.joined(separator: ", ")
        Output.error("this site is \(report.own); its bridges: \(bridges.isEmpty ? "none" : bridges)")
    }
}
