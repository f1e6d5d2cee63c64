import ArgumentParser
import Basics
import Peer

/// `skein peers`: the hosts as this one sees them.
struct Peers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the peers that this one knows.",
        discussion: """
            The view comes from gossip. UP and DOWN are what each host says that its link sends and receives: payload \
            in Mbit/s, with the mean error of its forecasts. A rate without an error is only known from below, or is \
            new. RTT is the round trip of this peer's own probes; HOLDS are the images that a host holds whole.

            LINKS are links that hosts share: a rack's uplink, a site's link, the way between two sites. UP is out of \
            FROM, DOWN is into it, each the median of what hosts behind the link measured. Of a link that is missing, or \
            has no rate, nobody knows that it carries less than one host can; no host alone can show more.

            Example:  skein peers
                      skein peers --links --json
            """)

    @OptionGroup var control: ControlOptions
    @Flag(name: .long, help: "Only the links that hosts share.")
    var links = false

    func run() async throws {
        if links {
            let links = try await control.client.get("/links", as: [LinkRow].self)
            if control.json { return Output.json(links) }
            return Peers.table(of: links).print()
        }
        let peers = try await control.client.get("/peers", as: [PeerRow].self)
        if control.json { return Output.json(peers) }
        var table = TextTable([
            .init(title: "NAME"), .init(title: "ADDRESS"), .init(title: "SITE"), .init(title: "RACK"),
            .init(title: "STATE"), .init(title: "UP Mbit/s", isNumeric: true),
            .init(title: "DOWN Mbit/s", isNumeric: true), .init(title: "LOAD", isNumeric: true),
            .init(title: "FREE", isNumeric: true), .init(title: "NODES", isNumeric: true),
            .init(title: "HOLDS", isNumeric: true), .init(title: "RTT", isNumeric: true), .init(title: "VERSION"),
            .init(title: "PEER"),
        ])
        for peer in peers {
            table.add([
                peer.name + (peer.isSelf ? " (this)" : ""), peer.address, peer.site, peer.rack, peer.state,
                Figures.forecast(peer.upBitsPerSecond, peer.upErrorPercent),
                Figures.forecast(peer.downBitsPerSecond, peer.downErrorPercent),
                peer.load.map { Figures.fixed($0, 2) } ?? "", Figures.mebibytes(peer.freeMemoryMiB), "\(peer.nodes)",
                "\(peer.images.count)", peer.roundTrip.map(Figures.milliseconds) ?? "", peer.version ?? "",
                String(peer.peer.prefix(12)),
            ])
        }
        table.print()
        // A peer of an earlier version does not know them.
        guard let links = try? await control.client.get("/links", as: [LinkRow].self), !links.isEmpty else { return }
        Output.line("\nLINKS")
        Peers.table(of: links).print()
    }

    private static func table(of links: [LinkRow]) -> TextTable {
        var table = TextTable([
            .init(title: "FROM"), .init(title: "TO"), .init(title: "UP Mbit/s", isNumeric: true),
            .init(title: "DOWN Mbit/s", isNumeric: true), .init(title: "OBSERVERS", isNumeric: true),
            .init(title: "AGE", isNumeric: true),
        ])
        for link in links {
            table.add([
                link.from, link.to ?? "other sites", Figures.forecast(link.upBitsPerSecond, nil),
                Figures.forecast(link.downBitsPerSecond, nil), "\(link.observers)", Figures.seconds(Double(link.age)),
            ])
        }
        return table
    }
}
