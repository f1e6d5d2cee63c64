import ArgumentParser
import Basics
import Peer

/// `skein image ls`: the images that this peer knows.
struct ImageList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List the images of the peer on this machine.",
        discussion: """
            HELD is the share of an image's chunks that are in this peer's store.

            Example:  skein image ls
            """)

    @OptionGroup var control: ControlOptions

    func run() async throws {
        let images = try await control.client.get("/images", as: [ImageRow].self)
        if control.json { return Output.json(images) }
        guard !images.isEmpty else {
            Output.error("no image is here\nnext: skein image build -f cluster.yaml")
            return
        }
        ImageTable.print(images)
    }
}
