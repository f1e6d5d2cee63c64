import ArgumentParser
import Basics
import Peer

/// `skein peers`: the hosts as this one sees them.
struct Peers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the peers that this one knows.",
        discussion: """
            The view comes from gossip: name, address, site and rack, state, free memory, nodes, and the images that \
            each holds whole.

            Example:  skein peers
            """)

    @OptionGroup var control: ControlOptions

    func run() async throws {
        let peers = try await control.client.get("/peers", as: [PeerRow].self)
        if control.json { return Output.json(peers) }
        var table = TextTable([
            .init(title: "NAME"), .init(title: "ADDRESS"), .init(title: "SITE"), .init(title: "RACK"),
            .init(title: "STATE"), .init(title: "FREE", isNumeric: true), .init(title: "NODES", isNumeric: true),
            .init(title: "IMAGES", isNumeric: true), .init(title: "PEER"),
        ])
        for peer in peers {
            table.add([
                peer.name + (peer.isSelf ? " (this)" : ""), peer.address, peer.site, peer.rack, peer.state,
                Figures.mebibytes(peer.freeMemoryMiB), "\(peer.nodes)", "\(peer.images.count)",
                String(peer.peer.prefix(12)),
            ])
        }
        table.print()
    }
}
