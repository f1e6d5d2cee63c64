import ArgumentParser
import Basics
import Peer

/// `skein image rm`: forgets an image.
struct ImageRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm",
        abstract: "Remove an image from this peer.",
        discussion: """
            Chunks that no other image here needs are freed. An image that runs nodes is refused.

            Example:  skein image rm hello@3
            """)

    @Argument(help: "The image.")
    var image: String
    @OptionGroup var control: ControlOptions

    func run() async throws {
        let event = try await OperationRunner(control).run(.removeImage(image))
        if !control.json { Output.line(event.message.map(Printable.text) ?? "\(image) is removed here") }
    }
}
