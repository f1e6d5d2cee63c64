import Basics
import Gossip

/// Finds nodes on all hosts: asks every live peer what it runs.
struct NodeFinder: Sendable {
    let plane: DataPlaneHandle
    let gossip: GossipHandle
    let nodeHost: NodeHost

    /// How long a peer may take to answer.
    private static let patience = Duration.seconds(3)

    /// The nodes of one cluster, or of all, and the names of hosts that did not answer.
    func nodes(cluster: String?) async throws -> NodeList {
        let view = try await gossip.view()
        let answers = await withTaskGroup(of: (String, [NodeRow]?).self) { group in
            for member in view.alive {
                group.addTask { (member.name, try? await self.rows(of: member.id, own: view.own)) }
            }
            var answers: [(String, [NodeRow]?)] = []
            for await answer in group { answers.append(answer) }
            return answers
        }
        // A dead host that ran nodes when it was last heard of is named, so that they are not simply missing.
        let lost = view.members.filter { $0.state == .dead && ($0.pulse?.nodeCount ?? 0) > 0 }.map(\.name)
        let rows = answers.compactMap(\.1).joined().filter { cluster == nil || $0.cluster == cluster }
        return NodeList(
            nodes: rows.sorted { ($0.cluster, $0.node) < ($1.cluster, $1.node) },
            unreachable: (answers.filter { $0.1 == nil }.map(\.0) + lost).sorted())
    }

    private func rows(of peer: PeerID, own: PeerID) async throws -> [NodeRow] {
        if peer == own { return await nodeHost.rows() }
        let bytes = try await withPatience(NodeFinder.patience) {
            try await plane.request(.listNodes, of: peer)
        }
        return try JSON.decode([NodeRow].self, from: bytes, "a list of nodes")
    }

    /// The console of a node: `CLUSTER/NODE`, or `NODE` when one cluster alone has it.
    func console(_ reference: String) async throws -> RemoteConsole {
        let doing = "looking for node \(reference)"
        let parts = reference.split(separator: "/", maxSplits: 1).map(String.init)
        let list = try await nodes(cluster: parts.count == 2 ? parts[0] : nil)
        let found = list.nodes.filter { $0.node == parts.last }
        guard let row = found.first else {
            let known = list.nodes.prefix(12).map { "\($0.cluster)/\($0.node)" }.joined(separator: ", ")
            throw SkeinError(
                .notFound, doing: doing, cause: "no reachable host has it",
                next: known.isEmpty ? "start a cluster with `skein up -f FILE`" : "there are: \(known)")
        }
        guard found.count == 1 else {
            throw SkeinError(
                .usage, doing: doing, cause: "several clusters have a node of that name",
                next: "say which: " + found.map { "\($0.cluster)/\($0.node)" }.joined(separator: " or "))
        }
        let view = try await gossip.view()
        guard let peer = try view.members(named: [row.host], doing: doing).first?.id else {
            throw SkeinError(.unreachable, doing: doing, cause: "host \(row.host) is gone")
        }
        return RemoteConsole(
            plane: plane, nodeHost: peer == view.own ? nodeHost : nil, peer: peer, cluster: row.cluster, node: row.node)
    }
}
