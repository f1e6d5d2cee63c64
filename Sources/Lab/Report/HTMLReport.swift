/// Reports as one self-contained page each: no script, nothing from outside, light, dark and on paper.
public enum HTMLReport {
    /// A page about one run, or one file's repeated runs.
    public static func page(_ report: RunReport, topology: Topology? = nil) -> String {
        RunPage(report: report.sane, topology: topology).source
    }

    /// A page that sets tools beside each other.
    public static func page(_ comparison: ComparisonReport, topology: Topology? = nil) -> String {
        ComparisonPage(
            name: comparison.name, description: comparison.description, machine: comparison.machine,
            results: comparison.results.map(\.sane), skipped: comparison.skipped, topology: topology
        ).source
    }

    /// A page that sets several runs beside each other; one run has a page about itself.
    public static func page(_ reports: [RunReport], topology: Topology? = nil) -> String {
        if reports.count == 1, let report = reports.first { return page(report, topology: topology) }
        var names: [String] = []
        for report in reports where !names.contains(report.name) { names.append(report.name) }
        return ComparisonPage(
            name: names.joined(separator: ", "), description: topology?.description ?? "", machine: nil,
            results: reports.map(\.sane), skipped: [], topology: topology
        ).source
    }
}
