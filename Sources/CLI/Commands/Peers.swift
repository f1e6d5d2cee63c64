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

            Example:  skein peers
            """)

    @OptionGroup var control: ControlOptions

    func run() async throws {
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
    }
}
