import Basics
import Pipeline

/// How an image flows through this peer at one moment. Rates are bytes per second over the last two seconds.
struct FlowStanding: Sendable {
    /// A parent or a child.
    struct Edge: Sendable {
        let peer: PeerID
        /// Of slices, as stored.
        let bytes: Int64
        let rate: Int64
        /// Of a parent: how many stripes it is to send now.
        let stripes: Int
    }

    /// Nil while nobody can tell, or nothing is received.
    let inRate: Int64?
    let outRate: Int64
    let parents: [Edge]
    let children: [Edge]
    let shares: FlowShares

    /// Those that bring or get most, in order; no more than an answer tells of.
    static func busiest(_ edges: [Edge]) -> [Edge] {
        Array(edges.sorted { ($1.rate, $1.bytes, $0.peer) < ($0.rate, $0.bytes, $1.peer) }.prefix(PeerLimits.flowEdges))
    }
}
