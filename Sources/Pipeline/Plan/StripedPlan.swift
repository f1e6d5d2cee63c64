/// The trees by which an image goes out: one for each stripe, each over all hosts of the network.
///
/// Stripes are equal shares of the image's bytes. In each tree a host has one parent and as many children as its uplink has
/// slots to spare there, so that at ``rate`` no link carries more than it can.
public struct StripedPlan: Hashable, Sendable {
    /// The tree of one stripe.
    public struct Tree: Hashable, Sendable {
        /// By host; −1 for a holder, and for who is not in this stripe.
        public let parents: [Int32]
        /// Nanoseconds until a host gets its first unit.
        public let attached: [Int]
        /// Children of all hosts, host after host, whose subtree is tallest first; those of host h are at `starts[h]..<starts[h + 1]`.
        fileprivate let children: [Int32]
        fileprivate let starts: [Int32]

        public func children(of host: Int) -> ArraySlice<Int32> {
            children[Int(starts[host])..<Int(starts[host + 1])]
        }
    }

    public let trees: [Tree]
    /// Bytes per second at which every host gets the image, all stripes together.
    public let rate: Int
    /// Nanoseconds until the last host has its first unit of every stripe.
    public let fill: Int
    /// The most hosts on a way from a holder to a host.
    public let depth: Int

    public var stripes: Int { trees.count }

    /// How many stripes a host gets by these trees: fewer than all where its downlink does not take the rate.
    public func stripes(of host: Int) -> Int { trees.reduce(0) { $1.parents[host] >= 0 ? $0 + 1 : $0 } }

    /// Nanoseconds until the last host has everything.
    public func predictedNanoseconds(bytes: Int) -> Int { Int(Double(bytes) / Double(rate) * 1e9) + fill }

    /// - Parameter growths: the finished trees.
    init(_ growths: [StripeGrowth], rate: Int, tree: PlanTree, unitBytes: Int) {
        var fill = 0
        var depth = 0
        trees = growths.map { growth in
            let made = Tree(growth, tree: tree, unitBytes: unitBytes)
            fill = max(fill, growth.attached.max() ?? 0)
            depth = max(depth, Self.depth(growth))
            return made
        }
        self.rate = rate
        self.fill = fill
        self.depth = depth
    }

    /// One chain.
    ///
    /// - Parameters:
    ///   - chain: a holder, then all who receive.
    ///   - up: bytes per second of each host's uplink, of all hosts.
    init(chain: [Int], up: [Int], rate: Int, unitBytes: Int) {
        let tree = Tree(chain: chain, up: up, unitBytes: unitBytes)
        trees = [tree]
        self.rate = rate
        fill = tree.attached.max() ?? 0
        depth = chain.count - 1
    }

    private static func depth(_ growth: StripeGrowth) -> Int {
        var depths = [Int](repeating: 0, count: growth.parent.count)
        for host in growth.order where growth.parent[host] >= 0 { depths[host] = depths[Int(growth.parent[host])] + 1 }
        return depths.max() ?? 0
    }
}

extension StripedPlan.Tree {
    fileprivate init(chain: [Int], up: [Int], unitBytes: Int) {
        var parents = [Int32](repeating: -1, count: up.count)
        var attached = [Int](repeating: 0, count: up.count)
        var next = parents
        for (place, (parent, child)) in zip(chain, chain.dropFirst()).enumerated() {
            parents[child] = Int32(parent)
            next[parent] = Int32(child)
            let hop = place == 0 ? 0 : PipelineLimits.hopNanoseconds
            attached[child] = attached[parent] + hop + unitBytes * 1_000_000_000 / max(1, up[parent])
        }
        self.parents = parents
        self.attached = attached
        children = next.filter { $0 >= 0 }
        var starts: [Int32] = [0]
        for child in next { starts.append(starts[starts.count - 1] + (child >= 0 ? 1 : 0)) }
        self.starts = starts
    }

    fileprivate init(_ growth: StripeGrowth, tree: PlanTree, unitBytes: Int) {
        parents = growth.parent
        attached = growth.attached
        var starts = [Int32](repeating: 0, count: tree.hostCount + 1)
        for parent in growth.parent where parent >= 0 { starts[Int(parent) + 1] += 1 }
        for host in 0..<tree.hostCount { starts[host + 1] += starts[host] }
        var children = [Int32](repeating: 0, count: Int(starts[tree.hostCount]))
        var filled = starts
        for host in growth.order where growth.parent[host] >= 0 {
            let parent = Int(growth.parent[host])
            children[Int(filled[parent])] = Int32(host)
            filled[parent] += 1
        }
        // From the leaves up: how long a unit is under way below each host.
        var heights = [Int](repeating: 0, count: tree.hostCount)
        for host in growth.order.reversed() {
            let range = Int(starts[host])..<Int(starts[host + 1])
            guard !range.isEmpty else { continue }
            if range.count > 1 {
                children[range].sort { (heights[Int($1)], $0) < (heights[Int($0)], $1) }
            }
            let unit = unitBytes * 1_000_000_000 / tree.up[host]
            for (place, child) in children[range].enumerated() {
                heights[host] = max(heights[host], (place + 1) * unit + heights[Int(child)])
            }
        }
        self.starts = starts
        self.children = children
    }
}
