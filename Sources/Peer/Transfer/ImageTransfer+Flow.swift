import Basics
import Pipeline

/// What others are told of how the image flows here.
extension ImageTransfer {
    /// Ten times a second while something is under way.
    func lookAtFlow(now: Instant) {
        for feed in feeds { if let feed { meter.sent(by: feed) } }
        meter.look(tally, backlog, isStoreBehind: exchange.isStoreBehind, now: now)
    }

    /// What children wait for right now.
    var backlog: Exchange.Backlog { exchange.backlog { feeds[$0]?.session.isWritable ?? false } }

    func standing(now: Instant) -> FlowStanding {
        let asked = isReceiving ? exchange.parents : []
        var parents = tally.sources.map { peer, bytes in
            FlowStanding.Edge(
                peer: peer, bytes: bytes, rate: meter.rate(from: peer, now: now), stripes: exchange.stripes(from: peer))
        }
        for peer in asked where tally.sources[peer] == nil {
            parents.append(FlowStanding.Edge(peer: peer, bytes: 0, rate: 0, stripes: exchange.stripes(from: peer)))
        }
        let children = meter.sent(now: now).map {
            FlowStanding.Edge(peer: $0.child, bytes: $0.bytes, rate: $0.rate, stripes: 0)
        }
        return FlowStanding(
            inRate: isReceiving ? meter.inRate(now: now) : nil, outRate: meter.outRate(now: now),
            parents: FlowStanding.busiest(parents), children: FlowStanding.busiest(children),
            shares: meter.shares(now: now))
    }
}
