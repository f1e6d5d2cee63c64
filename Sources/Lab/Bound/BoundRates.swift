import Basics

/// The rates that the links of a topology can have in a run, in bytes per second.
struct BoundRates {
    /// Both ways; nil is unlimited.
    struct Rates {
        let up: Double?
        let down: Double?
    }

    private let goodputShare: Double
    private let unshapedRate: Double?
    /// What events give to links; the largest rate each way.
    private let later: [TopologyEvent.Link: LinkShape]

    init(events: [TopologyEvent], goodputShare: Double, unshapedRate: Double?) {
        self.goodputShare = goodputShare
        self.unshapedRate = unshapedRate
        var later: [TopologyEvent.Link: LinkShape] = [:]
        for event in events {
            switch event.action {
            case .shape(let link, let shape):
                let before = later[link] ?? .unshaped
                later[link] = LinkShape(
                    up: Self.larger(before.up, shape.up), down: Self.larger(before.down, shape.down))
            case .kill, .stop, .partition: break
            }
        }
        self.later = later
    }

    func ofHost(_ host: TopologyHost) -> Rates {
        rates(of: .host(host.index), declared: host.link, unshaped: unshapedRate)
    }

    func ofGroup(_ group: TopologyEvent.Group, declared: LinkShape) -> Rates {
        rates(of: .group(group), declared: declared, unshaped: nil)
    }

    private func rates(of link: TopologyEvent.Link, declared: LinkShape, unshaped: Double?) -> Rates {
        let later = later.isEmpty ? nil : later[link]
        // A link without a rate at the start is faster than any rate that it gets later.
        func rate(_ declared: BitRate?, _ later: BitRate?) -> Double? {
            guard let declared else { return unshaped }
            return Double(max(declared, later ?? declared).bitsPerSecond) / 8 * goodputShare
        }
        return Rates(up: rate(declared.up, later?.up), down: rate(declared.down, later?.down))
    }

    private static func larger(_ a: BitRate?, _ b: BitRate?) -> BitRate? {
        guard let a, let b else { return a ?? b }
        return max(a, b)
    }
}
