import ArgumentParser
import Basics
import Peer

/// `skein image verify`: hashes what is on disk again.
struct ImageVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Hash the stored chunks of an image again.",
        discussion: """
            Without an image everything in the store is hashed. A chunk that does not match is quarantined: it is \
            neither used nor served, and fetched again when it is needed. Exit code 1 when one was found.

            Example:  skein image verify hello
            """)

    @Argument(help: "The image; all when left out.")
    var image: String?
    @OptionGroup var control: ControlOptions

    func run() async throws {
        let event = try await OperationRunner(control).run(.verify(VerifyRequest(image: image)))
        if !control.json { Output.line(event.message.map(Printable.text) ?? "every chunk matches its hash") }
    }
}
