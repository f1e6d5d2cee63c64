import ArgumentParser
import Basics
import Peer

/// `skein image show`: one image in full.
struct ImageShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one image in full.",
        discussion: """
            Example:  skein image show hello
            """)

    @Argument(help: "The image.")
    var image: String
    @OptionGroup var control: ControlOptions

    func run() async throws {
        let detail = try await control.client.get("/images/\(ControlClient.escape(image))", as: ImageDetail.self)
        if control.json { return Output.json(detail) }
        let row = detail.row
        var rows: [(String, String)] = [
            ("image", row.image), ("name", row.name), ("version", "\(row.version)"),
            ("created", "\(Figures.date(unixSeconds: row.created)) UTC"), ("publisher", detail.publisher),
            ("disk", Figures.bytes(row.diskBytes)), ("stored", Figures.bytes(row.storedBytes)),
            ("chunks", "\(row.chunksHeld) of \(row.chunks) are here"), ("recipe", row.recipe ?? "-"),
            ("parent", row.parent ?? "-"), ("namespace", "\(detail.namespace), epoch \(detail.epoch)"),
            ("readable", detail.isReadable ? "yes" : "no: this peer has no grant for it"),
            ("kernel line", detail.commandLine), ("architecture", detail.architecture),
        ]
        for part in detail.parts {
            rows.append(("part", "\(part.name), \(Figures.bytes(part.bytes)), \(part.chunks) chunks"))
        }
        for (name, value) in rows { Output.line("\(Printable.fit(name, 12)) \(Printable.text(value))") }
    }
}
