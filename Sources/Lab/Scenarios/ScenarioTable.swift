/// Runs scenarios over sizes and seeds, and says what came out against the bars.
public struct ScenarioTable: Sendable {
    /// One figure of one scenario at one size.
    public struct Row: Sendable {
        public let scenario: GossipScenario
        public let hosts: Int
        public let seeds: ClosedRange<UInt64>
        public let bar: ScenarioBar
        /// One for each seed.
        public let values: [Double]
        public let traces: [String]

        public var value: Double { bar.value(of: values) }
        public var holds: Bool { value <= bar.limit }
    }

    public private(set) var rows: [Row] = []

    public init() {}

    public var holds: Bool { rows.allSatisfy(\.holds) }

    /// Runs one scenario at one size with several seeds.
    ///
    /// - Parameter progress: called after each seed.
    public mutating func run(
        _ scenario: GossipScenario, hosts: Int, seeds: ClosedRange<UInt64>, progress: (String) -> Void
    ) {
        var outcomes: [ScenarioOutcome] = []
        let bars = scenario.bars(hosts: hosts)
        for seed in seeds {
            let outcome = scenario.run(hosts: hosts, seed: seed)
            outcomes.append(outcome)
            let figures = zip(bars, outcome.values).map { "\($0.name) \(ScenarioTable.text($1, $0.unit))" }
            progress("\(scenario.rawValue), \(hosts) hosts, seed \(seed): \(figures.joined(separator: ", "))")
        }
        for (place, bar) in bars.enumerated() {
            rows.append(
                Row(
                    scenario: scenario, hosts: hosts, seeds: seeds, bar: bar, values: outcomes.map { $0.values[place] },
                    traces: outcomes.map(\.trace)))
        }
    }

    /// The table in Markdown.
    public var markdown: String {
        var lines = [
            "| scenario | hosts | seeds | figure | bar | measured | all seeds | holds |",
            "|---|---|---|---|---|---|---|---|",
        ]
        for row in rows {
            let which = row.bar.of == .mean ? "mean" : row.seeds.count > 1 ? "worst" : ""
            let sorted = row.values.sorted()
            let spread =
                row.seeds.count > 1
                ? "\(ScenarioTable.text(sorted[0], row.bar.unit)) to \(ScenarioTable.text(sorted[sorted.count - 1], row.bar.unit))"
                : ""
            let cells = [
                row.scenario.title, "\(row.hosts)", "\(row.seeds.lowerBound) to \(row.seeds.upperBound)", row.bar.name,
                "\(ScenarioTable.text(row.bar.limit, row.bar.unit))",
                "\(ScenarioTable.text(row.value, row.bar.unit)) \(which)", spread, row.holds ? "yes" : "**no**",
            ]
            lines.append("| " + cells.joined(separator: " | ") + " |")
        }
        return lines.joined(separator: "\n")
    }

    /// `3.48 s`, `1.2 %`, `812 B`.
    static func text(_ value: Double, _ unit: ScenarioBar.Unit) -> String {
        guard value.isFinite else { return "never" }
        let isFine = unit == .seconds || unit == .times
        let scaled = (value * (isFine ? 100 : 10)).rounded() / (isFine ? 100 : 10)
        let number = scaled == scaled.rounded() && !isFine ? "\(Int(scaled))" : "\(scaled)"
        return unit == .count ? number : "\(number) \(unit.rawValue)"
    }
}
