/// The page that sets tools, or runs, beside each other.
struct ComparisonPage {
    let name: String
    let description: String
    let machine: MachineFacts?
    let results: [RunReport]
    let skipped: [ComparisonReport.Skipped]
    let topology: Topology?

    /// What each result is called: its tool, told apart by topology, kind or number where one tool is there twice.
    private var names: [String] {
        let tools = results.map(\.tool)
        let isOneName = Set(results.map(\.name)).count == 1
        let isOneKind = Set(results.map(\.kind)).count == 1
        let names = results.map { run in
            var parts = [run.tool]
            if tools.count(where: { $0 == run.tool }) > 1 {
                if !isOneName { parts.append(run.name) }
                if !isOneKind { parts.append(run.kind.rawValue) }
            }
            return parts.joined(separator: " ")
        }
        return names.enumerated().map { index, name in
            names.count { $0 == name } > 1 ? "\(name) #\(names[...index].count { $0 == name })" : name
        }
    }

    var source: String {
        PageFrame.document(title: "\(name) · comparison") { markup in
            head(&markup)
            table(&markup)
            PageFrame.warnings(&markup, warnings)
            finish(&markup)
            ratios(&markup)
            costs(&markup)
            inside(&markup)
            if let machine {
                PageFrame.section(&markup, "Machine", "") { PageFrame.facts(&$0, PageFrame.facts(of: machine)) }
            }
            PageFrame.footer(
                &markup,
                [
                    "Ratio: the worst host's time over its own bound, from declared rates and the goodput of a plain TCP relay "
                        + "over the same links. S/B: bytes over the declared rate, headers not counted.",
                    "Times of different machines do not compare; ratios of one machine and minute do.",
                ])
        }
    }

    private func head(_ markup: inout Markup) {
        markup.element("h1", text: name)
        if !description.isEmpty { markup.element("p", [("class", "lead")], text: description) }
        guard let first = results.first else { return }
        var parts = [
            "\(first.hosts) hosts", "\(ReportFigures.bytes(first.imageBytes)) of images", first.kindSentence,
        ]
        if let runs = first.runs, runs.count > 1 { parts.append("medians of \(runs.count) runs") }
        if first.started > 0 { parts.append(ReportFigures.date(first.started)) }
        markup.element("p", [("class", "soft")], text: parts.joined(separator: " · "))
    }

    private var warnings: [String] {
        zip(names, results).flatMap { name, run in run.warnings.map { "\(name): \($0)" } }
            + skipped.map { "\($0.tool) was not run: \($0.reason)" }
    }

    private func table(_ markup: inout Markup) {
        let columns: [PageTable.Column] = [
            .init(title: "tool"), .init(title: "last host", isNumeric: true),
            .init(title: "over bound", isNumeric: true, hint: "the worst host's time over its own bound"),
            .init(title: "over S/B", isNumeric: true, hint: "last host over bytes by declared rates"),
            .init(title: "half the hosts", isNumeric: true), .init(title: "CPU-s per GB", isNumeric: true),
            .init(title: "largest process", isNumeric: true), .init(title: "left the source", isNumeric: true),
            .init(title: "identical", isNumeric: true),
        ]
        let rows = results.enumerated().map { index, run in
            PageTable.Row(
                cells: [
                    names[index], ReportFigures.seconds(run.finish?.last), ReportFigures.ratio(run.ratio),
                    ReportFigures.ratio(run.nominalRatio), ReportFigures.seconds(run.finish?.p50),
                    run.cpuPerGigabyte.map { Fixed.text($0, 1) } ?? ReportFigures.unknown,
                    run.maxResidentBytes > 0 ? ReportFigures.bytes(run.maxResidentBytes) : ReportFigures.unknown,
                    run.originCopies.map { "\(Fixed.text($0, 2)) ×" } ?? ReportFigures.unknown,
                    "\(run.identical) of \(run.survivors)",
                ], colour: index, isMain: index == 0)
        }
        markup.element("section", [("class", "summary")]) { PageTable(columns: columns, rows: rows).write(to: &$0) }
    }

    private func finish(_ markup: inout Markup) {
        let series = results.enumerated().map { index, run in
            let times = (run.finishTimes.isEmpty ? run.runs?.first?.finishTimes : run.finishTimes) ?? []
            return FinishChart.Series(name: names[index], times: times, targets: run.targets, colour: index)
        }
        guard series.contains(where: { !$0.times.isEmpty }) else { return }
        let chart = FinishChart(
            series: series, bounds: results.first?.boundTimes ?? [], targets: results.map(\.targets).max() ?? 1)
        PageFrame.section(
            &markup, "Hosts done over time", "Dashed: the earliest that the links allow, host by host."
        ) { PageFrame.figure(&$0, chart.markup) }
    }

    private func ratios(_ markup: inout Markup) {
        let bars = results.enumerated().map { index, run in
            BarChart.Bar(
                name: names[index], value: run.ratio, text: run.ratio == nil ? "" : ReportFigures.ratio(run.ratio),
                note: run.isWhole
                    ? "last host \(ReportFigures.seconds(run.finish?.last))"
                    : "\(run.identical) of \(run.survivors) hosts have a whole copy", colour: index)
        }
        PageFrame.section(&markup, "Against the bound", "The worst host's time over its own bound; shorter is better.")
        {
            PageFrame.figure(
                &$0, BarChart(bars: bars, label: "Time over bound by tool", reference: (1, "bound")).markup)
        }
    }

    private func costs(_ markup: inout Markup) {
        guard results.contains(where: { $0.cpu > 0 }) else { return }
        let time = results.enumerated().map { index, run in
            BarChart.Bar(
                name: names[index], value: run.cpuPerGigabyte,
                text: run.cpuPerGigabyte.map { "\(Fixed.text($0, 1)) s" } ?? "",
                note: run.busyShare.map { "machine \(ReportFigures.percent($0)) busy" } ?? "", colour: index)
        }
        let memory = results.enumerated().map { index, run in
            BarChart.Bar(
                name: names[index], value: run.maxResidentBytes > 0 ? Double(run.maxResidentBytes) : nil,
                text: run.maxResidentBytes > 0 ? ReportFigures.bytes(run.maxResidentBytes) : "", colour: index)
        }
        PageFrame.section(
            &markup, "What it costs", "Of all processes of a tool together; skein hashes, encrypts, stores."
        ) {
            markup in
            markup.element("h3", text: "Processor seconds for each GB delivered")
            PageFrame.figure(&markup, BarChart(bars: time, label: "Processor time by tool").markup)
            guard memory.contains(where: { $0.value != nil }) else { return }
            markup.element("h3", text: "Resident memory of the largest process")
            PageFrame.figure(&markup, BarChart(bars: memory, label: "Memory by tool").markup)
        }
    }

    /// What happened inside each run: the first unfolded, the others folded.
    private func inside(_ markup: inout Markup) {
        for (index, run) in results.enumerated() {
            let shown = run.links.isEmpty && run.flows.isEmpty ? run.runs?.first ?? run : run
            guard !shown.links.isEmpty || !shown.flows.isEmpty || !shown.hostsDetail.isEmpty else { continue }
            let sections = RunSections(report: shown, topology: topology)
            func write(_ markup: inout Markup) {
                sections.links(&markup)
                sections.flows(&markup)
                sections.stalls(&markup)
                sections.hosts(&markup)
            }
            markup.element("section") { markup in
                markup.element("h2") { markup in
                    markup.element("span", [("class", "swatch back\(ReportStyle.colour(index))")]) { _ in }
                    markup.text("Inside \(names[index])")
                }
                guard index > 0 else { return write(&markup) }
                markup.element("details") { markup in
                    markup.element("summary", text: "links, flows and hosts")
                    write(&markup)
                }
            }
        }
    }
}
