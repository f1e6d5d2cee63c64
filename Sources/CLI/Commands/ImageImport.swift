import ArgumentParser
import Basics
import Foundation
import Peer

/// `skein image import`: makes an image of a raw disk file.
struct ImageImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Make an image of a raw disk file.",
        discussion: """
            The peer opens the file itself, so it must lie on the peer's machine. Zeros and holes take no space.

            Example:  skein image import disk.raw --name mydisk
            """)

    @Argument(help: ArgumentHelp("A raw disk file.", valueName: "path"))
    var file: String
    @Option(name: .long, help: "The name of the image; its version goes up with every import.")
    var name: String
    @OptionGroup var control: ControlOptions

    func run() async throws {
        let path = URL(fileURLWithPath: file).standardizedFileURL.path
        let event = try await OperationRunner(control).run(.importImage(ImportRequest(path: path, name: name)))
        if !control.json { ImageTable.print(event.images ?? []) }
    }
}
