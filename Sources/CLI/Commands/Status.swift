import ArgumentParser
import Basics
import Peer

/// `skein status`: what the peer on this machine says of itself.
struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the state of the peer on this machine.",
        discussion: """
            With the images that are on their way to this host, and the installs that were ordered here.

            Example:  skein status --socket /run/skein/skein.sock
            """)

    @OptionGroup var control: ControlOptions

    func run() async throws {
        let status = try await control.client.get("/status", as: PeerStatus.self)
        if control.json { return Output.json(status) }
        var rows: [(String, String)] = [
            ("name", status.name), ("peer", String(status.peer.prefix(12))), ("site", status.site),
            ("version", status.version), ("address", status.address), ("state", status.state),
            ("running for", Figures.seconds(status.uptime)), ("peers alive", "\(status.peersAlive)"),
            ("images", "\(status.images)"), ("nodes", "\(status.nodes)"),
            ("received", Figures.bytes(status.bytesReceived)), ("sent", Figures.bytes(status.bytesSent)),
            ("bad slices", "\(status.badSlices)"),
            ("harmed on the way", "\(status.harmedSlices)"),
        ]
        rows += (status.transfers ?? []).map { ($0.state, $0.line) }
        rows += (status.installs ?? []).map { ("installing", $0.line) }
        for (name, value) in rows { Output.line("\(Printable.fit(name, 12)) \(Printable.text(value))") }
    }
}

extension StatusTransfer {
    /// `hello: 41 %, 38.2 Mbit/s, 12 s left`.
    fileprivate var line: String {
        Figures.image(name, image) + ": "
            + [Figures.percent(bytes, of: total), Figures.megabits(rate) + " Mbit/s", Figures.left(eta)]
            .filter { !$0.isEmpty }.joined(separator: ", ")
    }
}

extension StatusInstall {
    /// `hello: 3 of 7 hosts, 12 s left`.
    fileprivate var line: String {
        Figures.image(name, image) + ": "
            + ["\(done) of \(hosts) hosts", failed > 0 ? "\(failed) failed" : "", Figures.left(eta)]
            .filter { !$0.isEmpty }.joined(separator: ", ")
    }
}
