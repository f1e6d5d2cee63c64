package import Basics
package import Pipeline

/// Asks a peer how an image flows through it.
package struct FlowCall: Codable, Sendable {
    /// The image, in hexadecimal.
    var image: String
}

/// What a host has to do with the flow of an image.
public enum FlowState: String, Codable, Sendable {
    /// It holds the image, and has since before.
    case holder
    case receiving
    /// All bytes are here, and the disk is being put together.
    case assembling
    case done
    case failed
    /// It does not hold it, and nobody has it get it.
    case nothing = "none"
}

/// How an image flows through one peer, as it says itself. Rates are bytes per second over the last two seconds.
package struct FlowAnswer: Codable, Sendable {
    package struct Edge: Codable, Sendable {
        /// A parent or a child, in hexadecimal.
        package var peer: String
        /// Bytes of slices that came from it or went to it.
        package var bytes: Int64
        package var rate: Int64
        /// Of a parent: the stripes that it is to send now.
        package var stripes: Int

        package init(peer: PeerID, bytes: Int64, rate: Int64, stripes: Int) {
            self.peer = peer.description
            self.bytes = bytes
            self.rate = rate
            self.stripes = stripes
        }
    }

    package var state: FlowState
    /// Stored bytes that came, and all that had to come.
    package var bytes: Int64 = 0
    package var total: Int64 = 0
    /// Seconds since the order was taken up, until now or the end; nil where there is none.
    package var elapsed: Double?
    package var inRate: Int64?
    package var outRate: Int64 = 0
    package var parents: [Edge] = []
    package var children: [Edge] = []
    package var shares = FlowShares()
    /// Why it failed.
    package var reason: String?

    package init(_ state: FlowState) { self.state = state }

    /// What can be shown of it: figures come from another host, which may say anything.
    package var bounded: FlowAnswer {
        func count(_ value: Int64) -> Int64 { min(max(0, value), 1 << 60) }
        func edges(_ edges: [Edge]) -> [Edge] {
            edges.prefix(PeerLimits.flowEdges).filter { PeerID(hex: $0.peer) != nil }.map { edge in
                var edge = edge
                edge.bytes = count(edge.bytes)
                edge.rate = count(edge.rate)
                edge.stripes = min(max(0, edge.stripes), PipelineLimits.stripes)
                return edge
            }
        }
        var result = self
        result.bytes = count(bytes)
        result.total = count(total)
        result.elapsed = elapsed.map { $0 >= 0 ? min($0, 1e9) : 0 }
        result.inRate = inRate.map(count)
        result.outRate = count(outRate)
        result.parents = edges(parents)
        result.children = edges(children)
        result.shares = shares.bounded
        result.reason = reason.map { String($0.prefix(PeerLimits.reasonCharacters)) }
        return result
    }
}
