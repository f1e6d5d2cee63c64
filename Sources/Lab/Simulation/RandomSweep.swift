import Basics

/// Many random networks in virtual time: what `skein lab random --simulate` does.
public struct RandomSweep: Codable, Sendable {
    /// One network.
    public struct Row: Codable, Sendable, Hashable {
        public let seed: UInt64
        public let kind: String
        public let hosts: Int
        /// The largest finish over bound of all hosts, each by its own bound.
        public let ratio: Double
        /// The last finish over the largest bound.
        public let lastRatio: Double
        /// Seconds.
        public let bound: Double
        /// Hosts that have everything, of those that had to get it.
        public let done: Int
        public let of: Int
    }

    /// How ratios are spread.
    public struct Spread: Codable, Sendable, Hashable {
        public let networks: Int
        public let median: Double
        public let p90: Double
        public let p99: Double
        public let worst: Double

        init?(_ values: [Double]) {
            guard let median = Median.of(values) else { return nil }
            let sorted = values.sorted()
            func share(_ hundredths: Int) -> Double { sorted[min(sorted.count - 1, sorted.count * hundredths / 100)] }
            networks = sorted.count
            self.median = median
            p90 = share(90)
            p99 = share(99)
            worst = sorted[sorted.count - 1]
        }
    }

    /// How a network is simulated: without gossip, which is not what is asked for.
    public static func options() -> SimulationOptions {
        var options = SimulationOptions()
        options.gossip = .off
        return options
    }

    /// The ratio where somebody was never done.
    public static let never = 1e9

    /// By seed.
    public let rows: [Row]

    /// Of all rows, or of one kind.
    public func spread(_ kind: RandomTopology.Kind? = nil, _ value: KeyPath<Row, Double> = \.ratio) -> Spread? {
        Spread(rows.filter { kind == nil || $0.kind == kind?.rawValue }.map { $0[keyPath: value] })
    }

    /// Draws and simulates; each network by itself, so the order does not matter.
    ///
    /// - Parameters:
    ///   - parallel: how many at a time; each takes one processor.
    ///   - progress: how many are done.
    /// - Throws: `SkeinError`: `cancelled`.
    public static func run(
        seeds: Range<UInt64>, kind: RandomTopology.Kind?, most: Int, parallel: Int, options: SimulationOptions,
        progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws -> RandomSweep {
        let rows = try await withThrowingTaskGroup(of: Row.self) { group in
            var rows: [Row] = []
            var next = seeds.lowerBound
            while rows.count < seeds.count {
                if next < seeds.upperBound, Int(next - seeds.lowerBound) - rows.count < max(1, parallel) {
                    let seed = next
                    group.addTask { try row(RandomTopology(seed: seed, kind: kind, most: most), options) }
                    next += 1
                } else if let row = try await group.next() {
                    rows.append(row)
                    progress(rows.count)
                }
            }
            return rows
        }
        return RandomSweep(rows: rows.sorted { $0.seed < $1.seed })
    }

    private static func row(_ drawn: RandomTopology, _ options: SimulationOptions) throws(SkeinError) -> Row {
        let topology = try Topology.parse(drawn.text, file: "random network \(drawn.seed)")
        var options = options
        options.seed = drawn.seed
        let report = try SimulationRun.run(topology, options: options)
        let bound = report.bound ?? 0
        return Row(
            seed: drawn.seed, kind: drawn.kind.rawValue, hosts: topology.hosts.count,
            ratio: report.ratio ?? never,
            lastRatio: bound > 0 ? (report.finish?.last ?? never) / bound : never, bound: bound,
            done: report.identical, of: report.survivors)
    }
}
