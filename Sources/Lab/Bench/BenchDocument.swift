/// A benchmark as a Markdown document: every figure with its spread, and with the machine and the date.
struct BenchDocument {
    let report: BenchReport

    var text: String {
        var lines = [
            "# Benchmarks", "",
            "Written by `make bench` from its JSON; do not edit. What the figures mean and how they are measured is said in",
            "[LAB.md](LAB.md). Ratios can be compared across machines, times cannot. Figures are medians, with the least and",
            "the most of all runs in parentheses.", "",
        ]
        lines += cutShort
        lines += [
            "| | |", "|---|---|", "| date | \(dates), took \(Fixed.text(report.seconds / 60, 1)) min |",
            facts("processor") { "\($0.processors) x \($0.model)" },
            facts("memory") { ReportFigures.bytes($0.memoryBytes) },
            facts("system") { "\($0.system), Linux \($0.kernel)" }, facts("skein") { $0.skein }, "",
        ]
        lines += BenchBars(report: report).lines + comparisons + emulated + rest + simulated + random + failures
        while lines.last == "" { lines.removeLast() }
        return lines.joined(separator: "\n")
    }

    private var cutShort: [String] {
        guard let mark = report.cutShort else { return [] }
        return ["**Cut short \(mark.place). Not reached: \(mark.missing.joined(separator: ", ")).**", ""]
    }

    /// Of the first and of the last step.
    private var dates: String {
        let dates = [report.started] + report.parts.map(\.started)
        let first = ReportFigures.date(dates.min() ?? 0)
        let last = ReportFigures.date(dates.max() ?? 0)
        return first.prefix(10) == last.prefix(10) ? first : "\(first) to \(last)"
    }

    /// What the machines of all parts are; several when sittings differ.
    private func facts(_ name: String, _ text: (MachineFacts) -> String) -> String {
        var values: [String] = []
        for machine in report.parts.map(\.machine) + [report.machine] where !values.contains(text(machine)) {
            values.append(text(machine))
        }
        return "| \(name) | \(Self.cell(values.joined(separator: "; "))) |"
    }

    private var comparisons: [String] {
        report.parts.compactMap(\.comparison).flatMap { comparison in
            guard let first = comparison.results.first else { return [String]() }
            var lines = [
                "## \(Self.cell(comparison.name)) by other tools", "",
                "\(first.hosts) hosts, \(ReportFigures.bytes(first.imageBytes)) of random bytes; S/B is "
                    + "\(ReportFigures.seconds(first.nominalBound)).", "",
                "| tool | last host | over the bound | over S/B | processor time | processor time a GB | largest process | identical |",
                "|---|---|---|---|---|---|---|---|",
            ]
            lines += comparison.results.map { run in
                Self.row([
                    run.tool, Self.spread(run, ReportFigures.seconds) { $0.finish?.last },
                    Self.spread(run, ReportFigures.ratio) { $0.ratio },
                    Self.spread(run, ReportFigures.ratio) { $0.nominalRatio },
                    Self.spread(run, ReportFigures.seconds) { $0.cpu }, ReportFigures.seconds(run.cpuPerGigabyte),
                    ReportFigures.bytes(run.maxResidentBytes), "\(run.identical) of \(run.survivors)",
                ])
            }
            lines += comparison.skipped.map { "\nNot run: \(Self.cell($0.tool)): \(Self.cell($0.reason))" }
            return lines + notes(comparison.results) + [""]
        }
    }

    private var emulated: [String] {
        let runs = report.parts.compactMap(\.run).filter { $0.kind == .emulated }
        guard !runs.isEmpty else { return [] }
        var lines = [
            "## Real peers over emulated networks", "",
            "| network | hosts | image | bound | last host | ratio | half of the hosts | left the source | processor time a GB | busy | identical |",
            "|---|---|---|---|---|---|---|---|---|---|---|",
        ]
        lines += runs.map { run in
            Self.row([
                run.name, "\(run.hosts)", ReportFigures.bytes(run.imageBytes), ReportFigures.seconds(run.bound),
                Self.spread(run, ReportFigures.seconds) { $0.finish?.last },
                Self.spread(run, ReportFigures.ratio) { $0.ratio },
                Self.spread(run, ReportFigures.seconds) { $0.finish?.p50 },
                Self.spread(run, ReportFigures.ratio) { $0.originCopies }, ReportFigures.seconds(run.cpuPerGigabyte),
                ReportFigures.percent(run.busyShare), "\(run.identical) of \(run.survivors)",
            ])
        }
        return lines + notes(runs) + [""]
    }

    private var rest: [String] {
        let parts = report.parts.filter { $0.rest != nil }
        guard !parts.isEmpty else { return [] }
        var lines = [
            "## Peers at rest", "",
            "| network | peers | all see all after | anonymous memory, median and most | processors for all together |",
            "|---|---|---|---|---|",
        ]
        for part in parts {
            guard let rest = part.rest else { continue }
            lines.append(
                Self.row([
                    part.file, "\(rest.peers)", ReportFigures.seconds(rest.upSeconds),
                    "\(ReportFigures.bytes(rest.anonymousMedianBytes)), \(ReportFigures.bytes(rest.anonymousMaxBytes))",
                    "\(Fixed.text(rest.cores, 2)) over \(ReportFigures.seconds(rest.watchedSeconds))",
                ]))
        }
        return lines + [""]
    }

    private var simulated: [String] {
        let runs = report.parts.compactMap(\.run).filter { $0.kind == .simulated }
        guard !runs.isEmpty else { return [] }
        var lines = [
            "## In virtual time", "",
            "| network | hosts | image | runs | bound | last host | ratio | done | events | this machine's time a run |",
            "|---|---|---|---|---|---|---|---|---|---|",
        ]
        lines += runs.map { run in
            Self.row([
                run.name, "\(run.hosts)", ReportFigures.bytes(run.imageBytes), "\(run.runs?.count ?? 1)",
                ReportFigures.seconds(run.bound), Self.spread(run, ReportFigures.seconds) { $0.finish?.last },
                Self.spread(run, ReportFigures.ratio) { $0.ratio }, "\(run.identical) of \(run.survivors)",
                run.simulation.map { "\(Fixed.text(Double($0.events) / 1e6, 1)) million" } ?? ReportFigures.unknown,
                Self.spread(run, ReportFigures.seconds) { $0.simulation?.wall },
            ])
        }
        return lines + notes(runs) + [""]
    }

    private var random: [String] {
        let parts = report.parts.compactMap(\.random)
        guard !parts.isEmpty else { return [] }
        return [
            "## Random networks in virtual time", "",
            "Seeds from 1 on; ratios of the last host's finish to the bound.", "",
            "| networks | median | 90 of 100 | 99 of 100 | worst | all done |", "|---|---|---|---|---|---|",
        ]
            + parts.map { figures in
                Self.row(
                    ["\(figures.last.networks)"]
                        + [figures.last.median, figures.last.p90, figures.last.p99, figures.last.worst].map {
                            Fixed.text($0, 3)
                        } + ["\(figures.whole) of \(figures.last.networks)"])
            } + [""]
    }

    private var failures: [String] {
        let failed = report.parts.filter { $0.failure != nil }
        guard !failed.isEmpty else { return [] }
        return ["## Not measured", ""]
            + failed.map { part in
                let kept =
                    part.hasFigures ? " (the figures above are those of \(ReportFigures.date(part.started)))" : ""
                return "- \(Self.cell(part.step)): \(Self.cell(part.failure ?? ""))\(kept)"
            } + [""]
    }

    /// What makes figures doubtful.
    private func notes(_ runs: [RunReport]) -> [String] {
        let warnings = runs.flatMap { run in run.warnings.map { "- \(run.name), \(run.tool): \(Self.cell($0))" } }
        return warnings.isEmpty ? [] : [""] + warnings
    }

    /// The median with the least and the most of all runs.
    private static func spread(
        _ run: RunReport, _ text: (Double?) -> String, _ value: (RunReport) -> Double?
    ) -> String {
        let values = (run.runs ?? []).compactMap(value)
        guard values.count > 1, let least = values.min(), let most = values.max() else { return text(value(run)) }
        return "\(text(Median.of(values))) (\(number(text(least)))–\(number(text(most))))"
    }

    /// A figure without its unit.
    private static func number(_ text: String) -> Substring { text.prefix { $0 != " " } }

    static func row(_ cells: [String]) -> String { "| " + cells.map(cell).joined(separator: " | ") + " |" }

    /// Nothing in a cell ends it or the line.
    static func cell(_ text: String) -> String {
        TextReport.printable(text).split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }
}
