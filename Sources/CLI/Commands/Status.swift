import ArgumentParser
import Basics
import Peer

/// `skein status`: what the peer on this machine says of itself.
struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the state of the peer on this machine.",
        discussion: """
            Example:  skein status --socket /run/skein/skein.sock
            """)

    @OptionGroup var control: ControlOptions

    func run() async throws {
        let status = try await control.client.get("/status", as: PeerStatus.self)
        if control.json { return Output.json(status) }
        let rows: [(String, String)] = [
            ("name", status.name), ("peer", String(status.peer.prefix(12))), ("site", status.site),
            ("version", status.version), ("address", status.address), ("state", status.state),
            ("running for", Figures.seconds(status.uptime)), ("peers alive", "\(status.peersAlive)"),
            ("images", "\(status.images)"), ("nodes", "\(status.nodes)"),
            ("received", Figures.bytes(status.bytesReceived)), ("sent", Figures.bytes(status.bytesSent)),
            ("bad slices", "\(status.badSlices)"),
            ("harmed on the way", "\(status.harmedSlices)"),
        ]
        for (name, value) in rows { Output.line("\(Printable.fit(name, 12)) \(Printable.text(value))") }
    }
}
