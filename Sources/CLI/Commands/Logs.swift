import ArgumentParser
import Basics
import Glibc
import Peer

/// `skein logs`: what a node wrote to its console.
struct Logs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the console of a node.",
        discussion: """
            The console holds the guest's boot, its phases and what the scripts in /etc/skein/ready.d print. The peer \
            fetches it from the host that runs the node.

            Example:  skein logs hello/compute-0 --follow

            The name of the cluster may be left out when only one cluster has such a node.
            """)

    @Argument(help: ArgumentHelp("The node.", valueName: "cluster/node"))
    var node: String
    @Flag(name: .long, help: "Go on with what the node writes from now on.")
    var follow = false
    @OptionGroup var control: ControlOptions

    func run() async throws {
        let client = control.client
        let name = try await resolve(with: client)
        let path = "/logs?node=\(ControlClient.escape(name))\(follow ? "&follow=1" : "")"
        let isJSON = control.json
        let isTerminal = isatty(STDOUT_FILENO) == 1
        let signals = SignalCount()
        do {
            try await Interrupt.guarding(onFirst: { _ = signals.next() }) {
                var filter = ConsoleFilter()
                var lines = LogLines()
                try await client.stream(path) { bytes in
                    if isJSON {
                        for line in lines.cut(bytes) { Output.json(["node": name, "line": line]) }
                    } else {
                        Output.write(
                            String(decoding: isTerminal ? filter.filter(bytes) : bytes, as: UTF8.self),
                            to: STDOUT_FILENO)
                    }
                }
                if isJSON, let line = lines.rest { Output.json(["node": name, "line": line]) }
            }
        } catch let error as SkeinError where signals.value > 0 {
            // To stop following is how following ends.
            throw ReportedError(error, exitCode: follow ? 0 : Interrupt.exitCode, isPrinted: true)
        }
    }

    /// `CLUSTER/NODE` from what the user wrote.
    private func resolve(with client: ControlClient) async throws -> String {
        guard !node.contains("/") else { return node }
        let list = try await client.get("/nodes", as: NodeList.self)
        let clusters = list.nodes.filter { $0.node == node }.map(\.cluster)
        guard let cluster = clusters.first else {
            throw SkeinError(
                .notFound, doing: "showing the console of \(node)", cause: "no cluster has a node of this name",
                next: "skein ps lists the nodes")
        }
        guard clusters.count == 1 else {
            throw SkeinError(
                .usage, doing: "showing the console of \(node)",
                cause: "the clusters \(clusters.joined(separator: ", ")) have a node of this name",
                next: "name one: skein logs \(cluster)/\(node)")
        }
        return "\(cluster)/\(node)"
    }
}
