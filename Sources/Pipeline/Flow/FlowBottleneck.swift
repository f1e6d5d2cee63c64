/// The host that holds a whole flow back, by its own limit and not by that of its parents.
public struct FlowBottleneck: Hashable, Sendable {
    /// One host, and whom it feeds.
    public struct Host: Hashable, Sendable {
        public let figures: FlowFigures
        public let bottleneck: Bottleneck?
        /// Places of its children among all hosts.
        public let children: [Int]

        public init(_ figures: FlowFigures, children: [Int]) {
            self.figures = figures
            bottleneck = Bottleneck(figures)
            self.children = children
        }
    }

    /// The host's place.
    public let host: Int
    public let bottleneck: Bottleneck
    /// Hosts behind it that are held back by nothing but those before them.
    public let waiting: Int

    /// What differs by less is by chance.
    private static let tolerance = 0.1
    /// Of so many it is counted who waits for them: in a large flow that goes well nearly all are at their limits.
    private static let counted = 64

    /// The host that is furthest behind what the plan has for it; of several the one for which most wait, then the one
    /// that uses its own limit most. Nil when no host is at a limit of its own.
    public init?(_ hosts: [Host]) {
        var found: [(host: Int, bottleneck: Bottleneck, ofPlan: Double)] = []
        for (place, host) in hosts.enumerated() {
            guard let bottleneck = host.bottleneck, bottleneck.cause != .parent else { continue }
            found.append((place, bottleneck, bottleneck.ofPlan(host.figures)))
        }
        guard let least = found.map(\.ofPlan).min() else { return nil }
        // Who holds the image comes first: everybody is behind a holder.
        let last = found.filter { $0.ofPlan <= least + Self.tolerance }
            .sorted { a, b in
                let isFirst = (hosts[a.host].figures.isReceiving, hosts[b.host].figures.isReceiving)
                if isFirst.0 != isFirst.1 { return !isFirst.0 }
                return (a.bottleneck.use, b.host) > (b.bottleneck.use, a.host)
            }
            .prefix(Self.counted)
            .map { FlowBottleneck($0.host, $0.bottleneck, waiting: Self.waiting(for: $0.host, hosts)) }
        guard
            let worst = last.max(by: { a, b in
                (a.waiting, a.bottleneck.use, -a.host) < (b.waiting, b.bottleneck.use, -b.host)
            })
        else { return nil }
        self = worst
    }

    private init(_ host: Int, _ bottleneck: Bottleneck, waiting: Int) {
        self.host = host
        self.bottleneck = bottleneck
        self.waiting = waiting
    }

    private static func waiting(for host: Int, _ hosts: [Host]) -> Int {
        var seen = [Bool](repeating: false, count: hosts.count)
        seen[host] = true
        var open = [host]
        var count = 0
        while let next = open.popLast() {
            for child in hosts[next].children where hosts.indices.contains(child) && !seen[child] {
                seen[child] = true
                open.append(child)
                if hosts[child].bottleneck?.cause == .parent { count += 1 }
            }
        }
        return count
    }
}
