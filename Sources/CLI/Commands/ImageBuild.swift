import ArgumentParser
import Basics
import Peer

/// `skein image build`: makes the images of a cluster file and starts nothing.
struct ImageBuild: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Build the images of a cluster file.",
        discussion: """
            The same as the first half of `skein up`: what is cached already is not built again.

            Example:  skein image build -f cluster.yaml
            """)

    @OptionGroup var clusterFile: ClusterFileOptions
    @OptionGroup var control: ControlOptions

    func run() async throws {
        let request = try clusterFile.load().request
        let event = try await OperationRunner(control).run(.buildImage(request))
        if !control.json { ImageTable.print(event.images ?? []) }
    }
}
