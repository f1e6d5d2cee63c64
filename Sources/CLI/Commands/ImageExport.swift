import ArgumentParser
import Basics
import Foundation
import Peer

/// `skein image export`: writes an image's disk as a raw file.
struct ImageExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the disk of an image to a raw file.",
        discussion: """
            The peer writes the file on its own machine, sparse, and puts it into place when it is whole.

            Example:  skein image export mydisk copy.raw
            """)

    @Argument(help: "The image.")
    var image: String
    @Argument(help: ArgumentHelp("Where to write the file.", valueName: "path"))
    var file: String
    @OptionGroup var control: ControlOptions

    func run() async throws {
        let path = URL(fileURLWithPath: file).standardizedFileURL.path
        let event = try await OperationRunner(control).run(.exportImage(ExportRequest(image: image, path: path)))
        if !control.json { Output.line(event.message.map(Printable.text) ?? "\(image) is in \(path)") }
    }
}
