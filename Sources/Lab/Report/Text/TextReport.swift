/// Reports as lines for a terminal. Text of files and peers has no control characters in it.
public enum TextReport {
    /// Links that are named, the fullest first.
    private static let namedLinks = 3
    /// Hosts without a whole copy that are named.
    private static let namedHosts = 8

    /// One run, or one file's repeated runs.
    public static func lines(_ report: RunReport) -> [String] {
        let report = report.sane
        var title = "\(report.name): \(report.tool), \(report.hosts) hosts, \(ReportFigures.bytes(report.imageBytes))"
        title += ", \(report.kind.rawValue)"
        if let runs = report.runs, runs.count > 1 { title += ", medians of \(runs.count) runs" }
        var columns = TextColumns(["", ""], numeric: [])
        func add(_ name: String, _ parts: [String]) {
            let text = parts.filter { !$0.isEmpty }.joined(separator: " · ")
            if !text.isEmpty { columns.add(["  \(name)", text]) }
        }
        if let finish = report.finish {
            add(
                "finish",
                [
                    "last \(ReportFigures.seconds(finish.last))", "p99 \(ReportFigures.seconds(finish.p99))",
                    "p50 \(ReportFigures.seconds(finish.p50))", "first \(ReportFigures.seconds(finish.first))",
                ])
        } else {
            add("finish", ["no host was done"])
        }
        add(
            "bound",
            [
                ReportFigures.seconds(report.bound),
                report.nominalBound.map { "S/B \(ReportFigures.seconds($0))" } ?? "",
                report.goodputShare.map { "goodput \(ReportFigures.percent($0, digits: 1)) of the rates" } ?? "",
            ])
        add(
            "ratio",
            [ReportFigures.ratio(report.ratio), report.nominalRatio.map { "\(ReportFigures.ratio($0)) of S/B" } ?? ""])
        add("copies", copies(report))
        add(
            "source",
            [
                report.originCopies.map { "\(Fixed.text($0, 2)) copies left it" } ?? "",
                report.siteCrossings.map { "\(Fixed.text($0, 2)) copies came into a site, at most" } ?? "",
                report.duplicateBytes > 0 ? "\(ReportFigures.bytes(report.duplicateBytes)) came twice" : "",
            ])
        if report.kind == .emulated {
            add(
                "cost",
                [
                    "\(Fixed.text(report.cpu, 1)) CPU-s",
                    report.cpuPerGigabyte.map { "\(Fixed.text($0, 1)) CPU-s per GB" } ?? "",
                    report.busyShare.map { "machine \(ReportFigures.percent($0)) busy" } ?? "",
                    report.maxResidentBytes > 0
                        ? "largest process \(ReportFigures.bytes(report.maxResidentBytes))" : "",
                ])
        }
        add("links", fullest(report))
        add("stalls", [stalls(report)])
        if let idle = report.idle { add("at rest", self.idle(idle)) }
        if let hash = report.traceHash {
            add("trace", [String(hash.prefix(16)), report.seed.map { "seed \($0)" } ?? ""])
        }
        return [printable(title)] + columns.lines + runs(report) + unfinished(report)
            + report.warnings.map { "warning: \(printable($0))" }
    }

    /// Tools side by side.
    public static func lines(_ comparison: ComparisonReport) -> [String] {
        let results = comparison.results.map(\.sane)
        var columns = TextColumns(
            ["TOOL", "LAST", "/BOUND", "/(S/B)", "P50", "CPU-S", "CPU-S/GB", "RSS MAX", "ORIGIN", "IDENTICAL"],
            numeric: [1, 2, 3, 4, 5, 6, 7, 8, 9])
        for run in results {
            columns.add([
                run.tool, ReportFigures.seconds(run.finish?.last), ReportFigures.ratio(run.ratio),
                ReportFigures.ratio(run.nominalRatio), ReportFigures.seconds(run.finish?.p50),
                Fixed.text(run.cpu, 1), run.cpuPerGigabyte.map { Fixed.text($0, 1) } ?? ReportFigures.unknown,
                run.maxResidentBytes > 0 ? ReportFigures.bytes(run.maxResidentBytes) : ReportFigures.unknown,
                run.originCopies.map { Fixed.text($0, 2) } ?? ReportFigures.unknown,
                "\(run.identical)/\(run.survivors)",
            ])
        }
        var title = comparison.name
        if let first = results.first {
            title +=
                ": \(first.hosts) hosts, \(ReportFigures.bytes(first.imageBytes)), bound "
                + "\(ReportFigures.seconds(first.bound)), S/B \(ReportFigures.seconds(first.nominalBound))"
        }
        return [printable(title)] + columns.lines
            + comparison.skipped.map { printable("not run: \($0.tool): \($0.reason)") }
            + results.flatMap { run in run.warnings.map { printable("warning: \(run.tool): \($0)") } }
    }

    /// One line without anything that a terminal would obey.
    static func printable(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isControl = scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
            result.append(isControl ? " " : scalar)
        }
        return String(result)
    }

    private static func copies(_ report: RunReport) -> [String] {
        let lost = report.targets - report.survivors
        return [
            "\(report.identical) of \(report.survivors) survivors identical",
            lost > 0 ? ReportFigures.count(lost, "host was lost", "hosts were lost") : "",
        ]
    }

    private static func fullest(_ report: RunReport) -> [String] {
        report.links.map { LinkUse($0, seconds: report.duration) }.filter { $0.fullest > 0 }
            .sorted { $0.fullest > $1.fullest }.prefix(namedLinks)
            .map { use in
                let isUp = (use.up ?? 0) >= (use.down ?? 0)
                return "\(use.link.link) \(isUp ? "up" : "down") \(ReportFigures.percent(use.fullest))"
            }
    }

    private static func stalls(_ report: RunReport) -> String {
        guard let worst = report.stalls.max(by: { $0.seconds < $1.seconds }) else { return "" }
        let hosts = Set(report.stalls.map(\.host)).count
        return "\(report.stalls.count) at \(ReportFigures.count(hosts, "host", "hosts")), the longest "
            + "\(ReportFigures.seconds(worst.seconds)) at \(worst.host)"
    }

    private static func idle(_ idle: IdleFigures) -> [String] {
        [
            idle.upSeconds.map { "\(idle.peers) peers up in \(ReportFigures.seconds($0))" } ?? "\(idle.peers) peers",
            "\(ReportFigures.bytes(idle.anonymousMedianBytes)) anonymous each, at most "
                + ReportFigures.bytes(idle.anonymousMaxBytes),
            "\(Fixed.text(idle.cores, 3)) processors for all",
        ]
    }

    private static func runs(_ report: RunReport) -> [String] {
        guard let runs = report.runs, runs.count > 1 else { return [] }
        var columns = TextColumns(["  RUN", "LAST", "BOUND", "RATIO", "CPU-S", "IDENTICAL"], numeric: [1, 2, 3, 4, 5])
        for (index, run) in runs.enumerated() {
            columns.add([
                "  \(index + 1)", ReportFigures.seconds(run.finish?.last), ReportFigures.seconds(run.bound),
                ReportFigures.ratio(run.ratio), Fixed.text(run.cpu, 1), "\(run.identical)/\(run.survivors)",
            ])
        }
        return columns.lines
    }

    /// Survivors without a whole copy, with their reasons.
    private static func unfinished(_ report: RunReport) -> [String] {
        let hosts = report.hostsDetail.filter { $0.fate == .unfinished }
        let rest = hosts.count - namedHosts
        return hosts.prefix(namedHosts).map {
            printable("unfinished: \($0.host): \($0.reason ?? "no reason is known")")
        }
            + (rest > 0 ? ["unfinished: \(rest) more"] : [])
    }
}
