/// The page about one run, or about one file's repeated runs.
struct RunPage {
    let report: RunReport
    let topology: Topology?

    /// The run whose links, flows and hosts are shown: of several, the one whose last host is nearest the median.
    private var shown: RunReport {
        guard let runs = report.runs, let median = report.finish?.last else { return report.runs?.first ?? report }
        func distance(_ run: RunReport) -> Double { run.finish.map { abs($0.last - median) } ?? .infinity }
        return runs.min { distance($0) < distance($1) } ?? report
    }

    var source: String {
        let shown = shown
        let sections = RunSections(report: shown, topology: topology)
        return PageFrame.document(title: "\(report.name) · \(report.tool)") { markup in
            head(&markup)
            tiles(&markup)
            PageFrame.warnings(&markup, report.warnings)
            finish(&markup)
            ratios(&markup, shown: shown, places: sections.places)
            sections.links(&markup)
            sections.flows(&markup)
            sections.stalls(&markup)
            sections.hosts(&markup)
            conditions(&markup)
        }
    }

    private func head(_ markup: inout Markup) {
        markup.element("h1", text: report.tool == "skein" ? report.name : "\(report.name), \(report.tool)")
        if let description = topology?.description, !description.isEmpty {
            markup.element("p", [("class", "lead")], text: description)
        }
        var parts = [
            "\(report.hosts) hosts", "\(ReportFigures.bytes(report.imageBytes)) of images", report.kindSentence,
        ]
        if let runs = report.runs, runs.count > 1 { parts.append("medians of \(runs.count) runs") }
        if report.started > 0 { parts.append(ReportFigures.date(report.started)) }
        markup.element("p", [("class", "soft")], text: parts.joined(separator: " · "))
    }

    private func tiles(_ markup: inout Markup) {
        let finish = report.finish
        markup.element("div", [("class", "tiles")]) { markup in
            PageFrame.tile(
                &markup, "Time over bound", ReportFigures.ratio(report.ratio),
                [
                    "the worst host",
                    report.nominalRatio.map { "\(ReportFigures.ratio($0)) of S/B, without headers" } ?? "",
                ], style: "main")
            PageFrame.tile(
                &markup, "Last host done", ReportFigures.seconds(finish?.last),
                [
                    "bound \(ReportFigures.seconds(report.bound))",
                    finish.map { "first \(ReportFigures.seconds($0.first)), half \(ReportFigures.seconds($0.p50))" }
                        ?? "",
                ])
            PageFrame.tile(
                &markup, "Identical copies", "\(report.identical) of \(report.survivors)",
                [
                    report.survivors < report.targets
                        ? "\(report.targets - report.survivors) did not survive" : "survivors"
                ],
                style: report.isWhole ? "" : "bad")
            if report.kind == .emulated {
                PageFrame.tile(
                    &markup, "Processor time", "\(Fixed.text(report.cpu, 1)) s",
                    [
                        report.cpuPerGigabyte.map { "\(Fixed.text($0, 1)) s for each GB delivered" } ?? "",
                        report.busyShare.map { "machine \(ReportFigures.percent($0)) busy" } ?? "",
                    ])
                PageFrame.tile(
                    &markup, "Largest process", ReportFigures.bytes(report.maxResidentBytes), ["resident memory"])
            }
            PageFrame.tile(
                &markup, "Left the source",
                report.originCopies.map { "\(Fixed.text($0, 2)) ×" } ?? ReportFigures.unknown,
                [
                    "its images' bytes", "\(ReportFigures.bytes(report.duplicateBytes)) came twice",
                    report.siteCrossings.map { "\(Fixed.text($0, 2)) × came into a site, at most" } ?? "",
                ])
        }
    }

    private func finish(_ markup: inout Markup) {
        let runs = report.runs ?? [report]
        let series = runs.prefix(ReportLimits.runs).enumerated().map { index, run in
            FinishChart.Series(
                name: runs.count > 1 ? "run \(index + 1)" : run.tool, times: run.finishTimes, targets: run.targets,
                colour: runs.count > 1 ? index : 0, isThin: runs.count > 1)
        }
        guard series.contains(where: { !$0.times.isEmpty }) else { return }
        let chart = FinishChart(
            series: series, bounds: (runs.first ?? report).boundTimes, targets: runs.map(\.targets).max() ?? 1)
        PageFrame.section(
            &markup, "Hosts done over time",
            "A host is done when its copy is whole, verified and assembled. Dashed: the earliest that the links allow."
        ) { PageFrame.figure(&$0, chart.markup) }
    }

    private func ratios(_ markup: inout Markup, shown: RunReport, places: HostPlaces) {
        let hasHosts = shown.hostsDetail.contains { $0.ratio != nil }
        let runs = report.runs ?? []
        guard hasHosts || runs.count > 1 else { return }
        PageFrame.section(
            &markup, "Against the bound",
            "A host's time over its own bound: 1 is what links and topology allow, with what a plain TCP relay carries."
        ) { markup in
            if runs.count > 1 {
                let bars = runs.prefix(ReportLimits.runs).enumerated().map { index, run in
                    BarChart.Bar(
                        name: "run \(index + 1)", value: run.ratio, text: ReportFigures.ratio(run.ratio),
                        note: "last host \(ReportFigures.seconds(run.finish?.last))", colour: index)
                }
                PageFrame.figure(
                    &markup,
                    BarChart(bars: bars, label: "Worst host of each run over its bound", reference: (1, "bound")).markup
                )
            }
            if hasHosts {
                PageFrame.figure(&markup, HostRatioChart(hosts: shown.hostsDetail, places: places).markup)
            }
        }
    }

    private func conditions(_ markup: inout Markup) {
        var facts = [
            ("stored", "\(ReportFigures.bytes(report.storedBytes)) that a host without anything has to get"),
            (
                "goodput",
                report.goodputShare.map {
                    "\(ReportFigures.percent($0, digits: 1)) of the declared rates, plain TCP relay"
                }
                    ?? ReportFigures.unknown
            ),
        ]
        if let idle = report.idle {
            let memory =
                "\(ReportFigures.bytes(idle.anonymousMedianBytes)) anonymous at the median, "
                + "\(ReportFigures.bytes(idle.anonymousMaxBytes)) at most, \(ReportFigures.bytes(idle.residentMaxBytes)) resident"
            facts.append(("peers at rest", memory))
            facts.append(
                (
                    "",
                    "\(Fixed.text(idle.cores, 3)) processors for all \(idle.peers), watched "
                        + ReportFigures.seconds(idle.watchedSeconds)
                ))
            if let up = idle.upSeconds { facts.append(("peers up in", ReportFigures.seconds(up))) }
        }
        if let seed = report.seed { facts.append(("seed", "\(seed)")) }
        if let hash = report.traceHash { facts.append(("trace", hash)) }
        PageFrame.section(&markup, "Conditions", "") { PageFrame.facts(&$0, facts) }
        PageFrame.footer(
            &markup,
            [
                "Times of different machines do not compare; ratios of one machine and minute do. Rest on a mark for its figures."
            ])
    }
}
