import ArgumentParser
import Basics
import Peer

/// `skein down`: stops a cluster and leaves nothing of it on any host.
struct Down: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take a cluster down.",
        discussion: """
            Stops its nodes and removes their disks, seeds and network devices on every host. Images and chunks stay \
            in the cache, so the next `skein up` of the same file builds nothing and moves nothing.

            Example:  skein down hello
            """)

    @Argument(help: "The name of the cluster.")
    var cluster: String
    @OptionGroup var control: ControlOptions

    func run() async throws {
        let event = try await OperationRunner(control).run(.down(cluster: cluster))
        guard !control.json else { return }
        Output.line(event.message.map(Printable.text) ?? "\(cluster) is down; its images stay in the cache")
    }
}
