import Basics
import Launcher

/// What a peer keeps durably of a node it runs: enough to show, re-attach and remove it after a crash.
struct NodeRecord: Codable, Sendable {
    static let kind = "node"

    var cluster: String
    var generation: String
    /// Without the seed, which may hold keys and lies beside the disk.
    var order: NodeOrder
    var accelerator: String?
    /// Seconds since 1970.
    var startedAt: UInt64
    /// Why it does not run; nil while it does or shall.
    var failure: String?

    var name: NodeName? { try? NodeName(cluster: cluster, node: order.name) }
    var key: String { "\(cluster)/\(order.name)" }
}
