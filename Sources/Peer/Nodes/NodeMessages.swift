import Basics

/// Asks a peer to start nodes of a cluster.
package struct NodesOrder: Codable, Sendable {
    var cluster: String
    /// One `up` of a cluster: nodes of an earlier one are not mixed with it.
    var generation: String
    var nodes: [NodeOrder]
    /// The peer's wait for READY without a new phase, in seconds.
    var noProgressSeconds: Double

    /// The same order in parts that each encode to about this many bytes at most: a message has a limit.
    func parts(ofBytes limit: Int) -> [NodesOrder] {
        var parts: [NodesOrder] = []
        var size = limit
        for node in nodes {
            let bytes = JSON.encode(node).count
            if size + bytes > limit {
                parts.append(
                    NodesOrder(
                        cluster: cluster, generation: generation, nodes: [], noProgressSeconds: noProgressSeconds))
                size = 0
            }
            parts[parts.count - 1].nodes.append(node)
            size += bytes
        }
        return parts
    }

    /// False for numbers that no peer of ours sends.
    var isSane: Bool {
        nodes.count <= FormatLimits.peers && Set(nodes.map(\.name)).count == nodes.count
            && nodes.allSatisfy { (1...(4 << 20)).contains($0.memoryMiB) && (1...65_535).contains($0.vcpus) }
            && (0...86_400).contains(noProgressSeconds)
    }
}

/// Asks a peer to remove the nodes of a cluster: of one `up` when a generation is named, else all.
package struct RemoveOrder: Codable, Sendable {
    var cluster: String
    var generation: String?
}

/// One node, all of it decided before it boots.
package struct NodeOrder: Codable, Sendable, Hashable {
    var name: String
    var role: String
    var uuid: String
    var image: String
    var vcpus: Int
    var memoryMiB: Int64
    var address: String
    var mac: String
    /// The size of its disk; nil: that of the image.
    var diskBytes: Int64?
    var seed: [SeedFile]
}

/// A file that the node gets through its seed, never through the image.
package struct SeedFile: Codable, Sendable, Hashable {
    /// Relative to `/`.
    var path: String
    /// In base64; nil: a directory.
    var content: String?
    var mode: UInt16
    var uid: UInt32
    var gid: UInt32
}

/// Room for nodes on a host right now.
package struct HostRoom: Codable, Sendable {
    var freeMemoryMiB: Int64
}

/// Asks for the console of a node, from an offset on.
package struct ConsoleCall: Codable, Sendable {
    var cluster: String
    var node: String
    var offset: Int64
}

/// Text of a console and where it ends.
package struct ConsolePiece: Codable, Sendable {
    var text: String
    var end: Int64
}
