import Basics

/// The console of a node on some host.
struct RemoteConsole: Sendable {
    let plane: DataPlaneHandle
    /// Set when the node is on this host.
    let nodeHost: NodeHost?
    let peer: PeerID
    let cluster: String
    let node: String

    func read(from offset: Int64) async throws -> ConsolePiece {
        let call = ConsoleCall(cluster: cluster, node: node, offset: offset)
        if let nodeHost { return try await nodeHost.console(call) }
        let bytes = try await plane.request(.console, of: peer, argument: JSON.encode(call))
        return try JSON.decode(ConsolePiece.self, from: bytes, "a piece of a console")
    }
}
