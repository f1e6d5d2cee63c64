/// The figures of a benchmark, by the names of its steps.
struct BenchFigures {
    /// A figure, as it is compared and as it is written.
    struct Value {
        let number: Double
        let text: String
    }

    private let parts: [String: BenchReport.Part]

    init(report: BenchReport) {
        parts = Dictionary(report.parts.map { ($0.step, $0) }) { first, _ in first }
    }

    /// Of real peers: by themselves, or beside other tools.
    func emulated(_ file: String) -> RunReport? { parts["run/\(file)"]?.run ?? result(file, of: "skein") }

    func simulated(_ name: String) -> RunReport? { parts["simulate/\(name)"]?.run }

    /// What a tool did in a comparison.
    func result(_ file: String, of tool: String) -> RunReport? {
        parts["compare/\(file)"]?.comparison?.results.first { $0.tool == tool }
    }

    func random(_ step: String) -> RandomFigures? { parts[step]?.random }

    func ratio(_ run: RunReport?) -> Value? {
        guard let run, run.isWhole else { return nil }
        return run.ratio.map { Value(number: $0, text: Fixed.text($0, 2)) }
    }

    /// The finish of the last of all over the largest bound, which is its own where one host is much slower than the rest.
    func lastOverBound(_ run: RunReport?) -> Value? {
        guard let run, run.isWhole, let last = run.finish?.last, let bound = run.bound, bound > 0 else { return nil }
        return Value(number: last / bound, text: Fixed.text(last / bound, 2))
    }

    /// The least figure of the other tools of a comparison, with the tool's name.
    func bestOther(_ file: String, unit: String = "", by value: KeyPath<RunReport, Double?>) -> Value? {
        let results = parts["compare/\(file)"]?.comparison?.results ?? []
        let others = results.filter { $0.tool != "skein" && $0.isWhole }
            .compactMap { run in run[keyPath: value].map { (run.tool, $0) } }
        return others.min { $0.1 < $1.1 }
            .map { Value(number: $0.1, text: "\(Fixed.text($0.1, 2))\(unit) (\($0.0))") }
    }
}
