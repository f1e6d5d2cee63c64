extension RunReport {
    /// One report of several runs: figures are medians, details are those of the run whose last host was the median.
    ///
    /// Survivors and identical copies are the fewest of any run, and warnings are those of all.
    public static func median(of runs: [RunReport]) -> RunReport? {
        guard let first = runs.first else { return nil }
        guard runs.count > 1 else { return first }
        let order = runs.sorted { ($0.finish?.last ?? .infinity) < ($1.finish?.last ?? .infinity) }
        var report = order[(order.count - 1) / 2]
        func median(_ value: (RunReport) -> Double?) -> Double? {
            Median.of(runs.compactMap(value))
        }
        if let begin = median({ $0.finish?.first }), let p50 = median({ $0.finish?.p50 }),
            let p99 = median({ $0.finish?.p99 }), let last = median({ $0.finish?.last })
        {
            report.finish = Finish(first: begin, p50: p50, p99: p99, last: last)
        }
        report.bound = median(\.bound)
        report.goodputShare = median(\.goodputShare)
        report.ratio = median(\.ratio)
        report.cpu = median { $0.cpu } ?? 0
        report.busyShare = median(\.busyShare)
        report.originCopies = median(\.originCopies)
        report.siteCrossings = median(\.siteCrossings)
        report.maxResidentBytes = runs.map(\.maxResidentBytes).max() ?? 0
        report.survivors = runs.map(\.survivors).min() ?? 0
        report.identical = runs.map { $0.identical + report.survivors - $0.survivors }.min() ?? 0
        report.duplicateBytes = Int64(median { Double($0.duplicateBytes) } ?? 0)
        report.warnings = runs.enumerated().flatMap { number, run in run.warnings.map { "run \(number + 1): \($0)" } }
        report.started = first.started
        report.runs = runs
        return report
    }
}
