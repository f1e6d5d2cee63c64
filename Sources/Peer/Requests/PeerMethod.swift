/// What peers ask of each other.
enum PeerMethod: String, Sendable, CaseIterable {
    /// A piece of a manifest: ``ManifestCall`` -> ``ManifestPiece``.
    case manifest
    /// Who takes part in the install of an image: a ``PlanCall`` -> an encoded ``PlanBody``.
    case plan
    /// Install an image and pass on such orders: an ``OrderBundle``; events are lists of ``OrderNews``, the answer
    /// is one of how each ended.
    case install
    /// Let the caller read an image: a ``GrantCall`` -> ``GrantReply``.
    case grant
    /// Start nodes: a ``NodesOrder``; events are ``NodeRow``s, the answer is a list of them.
    case startNodes = "nodes.start"
    /// Remove the nodes of a cluster: its name; the answer is the number of nodes that were removed.
    case removeNodes = "nodes.remove"
    /// The nodes that run here; the answer is a list of ``NodeRow``s.
    case listNodes = "nodes.list"
    /// The console of a node: a ``ConsoleCall`` -> text.
    case console = "nodes.console"
    /// Room for nodes right now: the answer is a ``HostRoom``.
    case room
    /// How the flow of an image goes at that peer: a ``FlowCall`` -> ``FlowAnswer``.
    case flow
}
