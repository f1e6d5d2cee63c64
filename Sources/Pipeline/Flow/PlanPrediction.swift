public import Basics

/// What a plan promises: how fast, until when, and how much of that nobody could have bettered.
public struct PlanPrediction: Sendable {
    /// Of the fastest receivers.
    public let stripes: Int
    /// Bytes per second at which each of them gets the image.
    public let rate: Int64
    /// Seconds from the order until the last host has everything; nil when some host has no place in any tree.
    public let finish: Double?
    /// Seconds before which the last host cannot have everything; nil when some host cannot get it at all.
    public let bound: Double?
    private let inputs: PlanInputs
    private let planned: [(in: Int64, out: Int64)]

    /// Nil when nobody is to receive, or nobody has it.
    public init?(_ inputs: PlanInputs) {
        let plan = PipelinePlan(inputs)
        guard let first = plan.tiers.first?.plan else { return nil }
        stripes = first.stripes
        rate = Int64(first.rate)
        self.inputs = inputs
        var planned = [(in: Int64, out: Int64)](repeating: (0, 0), count: inputs.hosts.count)
        var finish: Double? = 0
        for tier in plan.tiers {
            guard let trees = tier.plan else {
                finish = nil
                continue
            }
            for host in tier.receivers {
                planned[host].in = Int64(trees.rate / trees.stripes * trees.stripes(of: host))
            }
            for tree in trees.trees {
                for host in inputs.hosts.indices {
                    planned[host].out += Int64(tree.children(of: host).count * (trees.rate / trees.stripes))
                }
            }
            let late = tier.receivers.map { inputs.hosts[$0].joined }.max() ?? 0
            let seconds = Double(trees.predictedNanoseconds(bytes: inputs.bytes)) / 1e9 + Double(late)
            finish = finish.map { max($0, seconds) }
        }
        self.planned = planned
        self.finish = finish
        let bound = LowerBound.seconds(BoundNetwork(inputs), bytes: Double(inputs.bytes)).max() ?? 0
        self.bound = bound.isFinite ? bound : nil
    }

    /// Bytes per second that the plan has for a peer, coming and going; nil when it takes no part.
    public func rates(of peer: PeerID) -> (in: Int64, out: Int64)? { inputs.place(of: peer).map { planned[$0] } }
}

extension BoundNetwork {
    /// The network of a plan's inputs, as their author knows it.
    fileprivate init(_ inputs: PlanInputs) {
        func rate(_ value: Int) -> Double? { value < PlanNetwork.unlimited ? Double(value) : nil }
        func parent(_ group: Int) -> Int? { group > 0 ? group - 1 : nil }
        let network = inputs.network
        self.init(
            hosts: zip(network.hosts, inputs.hosts).map { host, input in
                Host(
                    up: rate(host.up), down: rate(host.down), group: parent(host.group), held: host.isHolder ? [0] : [],
                    start: Double(input.joined))
            },
            groups: network.groups.dropFirst().map {
                Group(up: rate($0.up), down: rate($0.down), parent: parent($0.parent))
            })
    }
}
