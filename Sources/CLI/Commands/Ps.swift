import ArgumentParser
import Basics
import Peer

/// `skein ps`: the nodes of all reachable hosts.
struct Ps: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the nodes.",
        discussion: """
            Asks every reachable peer, so the answer is the same at each of them. Hosts that do not answer are named.

            Example:  skein ps hello
            """)

    @Argument(help: "Only the nodes of this cluster.")
    var cluster: String?
    @OptionGroup var control: ControlOptions

    func run() async throws {
        let query = cluster.map { "?cluster=\(ControlClient.escape($0))" } ?? ""
        let list = try await control.client.get("/nodes\(query)", as: NodeList.self)
        if control.json { return Output.json(list) }
        for host in list.unreachable {
            Output.error("warning: \(Printable.text(host)) does not answer; its nodes are missing here")
        }
        if list.nodes.isEmpty {
            Output.error(cluster.map { "no node of \($0) runs" } ?? "no node runs")
            Output.error("next: skein up -f cluster.yaml")
            return
        }
        NodeTable.print(list.nodes)
    }
}
