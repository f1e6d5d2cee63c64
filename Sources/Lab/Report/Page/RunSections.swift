/// The sections about what happened inside one run: its links, its flows, its stalls and its hosts.
struct RunSections {
    let report: RunReport
    let places: HostPlaces

    init(report: RunReport, topology: Topology?) {
        self.report = report
        places = HostPlaces(report, topology: topology)
    }

    func links(_ markup: inout Markup) {
        guard !report.links.isEmpty else { return }
        let fullest = report.links.map { LinkUse($0, seconds: report.duration) }.max { $0.fullest < $1.fullest }
        var sentence = "Bytes that each link carried, over what its declared rate allowed until the last host was done."
        if let fullest, fullest.fullest > 0 {
            sentence += " The fullest is \(fullest.link.link), \(ReportFigures.percent(fullest.fullest))."
        }
        let hosts = report.links.count { $0.link.split(separator: "/").count == 3 }
        if hosts > ReportLimits.heatLinks {
            sentence += " The first \(ReportLimits.heatLinks) of \(hosts) hosts are shown."
        }
        PageFrame.section(&markup, "Links", sentence) { markup in
            PageFrame.figure(&markup, LinkHeat(links: report.links, seconds: report.duration).markup)
        }
    }

    func flows(_ markup: inout Markup) {
        let graph = FlowGraph(report, places: places)
        guard !graph.flows.isEmpty else { return }
        let crossings = graph.crossings
        var parts = ["The farthest host is \(ReportFigures.count(graph.depth, "hop", "hops")) from the source."]
        if crossings.racks > 0 { parts.append("\(ReportFigures.bytes(crossings.racks)) crossed between racks.") }
        if crossings.sites > 0 { parts.append("\(ReportFigures.bytes(crossings.sites)) crossed between sites.") }
        let matrix = FlowMatrix(graph: graph)
        let isSmall = graph.hosts.count <= ReportLimits.arcHosts
        let sentence = parts.joined(separator: " ") + (isSmall ? "" : matrix.sentence)
        PageFrame.section(&markup, "Who fed whom", sentence) { markup in
            PageFrame.figure(&markup, isSmall ? FlowArcs(graph: graph).markup : matrix.markup)
        }
    }

    func stalls(_ markup: inout Markup) {
        guard report.tool == "skein" || !report.stalls.isEmpty else { return }
        guard !report.stalls.isEmpty else {
            return PageFrame.section(&markup, "Stalls", "No host lacked bytes for half a second without getting any.") {
                _ in
            }
        }
        let timeline = StallTimeline(
            stalls: report.stalls,
            fates: Dictionary(report.hostsDetail.map { ($0.host, $0.fate) }, uniquingKeysWith: { first, _ in first }),
            seconds: report.duration ?? 0)
        let hosts = Set(report.stalls.map(\.host)).count
        var sentence =
            "Times in which a host lacked bytes and none came: \(report.stalls.count) at "
            + "\(ReportFigures.count(hosts, "host", "hosts")), the most stalled first; on the right each host's sum."
        if timeline.leftOut > 0 { sentence += " \(timeline.leftOut) more hosts are not shown." }
        PageFrame.section(&markup, "Stalls", sentence) { PageFrame.figure(&$0, timeline.markup) }
    }

    /// The table of hosts, folded.
    func hosts(_ markup: inout Markup) {
        guard !report.hostsDetail.isEmpty else { return }
        var stalled: [String: Double] = [:]
        for stall in report.stalls { stalled[stall.host, default: 0] += stall.seconds }
        let shown = report.hostsDetail.prefix(ReportLimits.hostRows)
        let hasReasons = shown.contains { $0.reason != nil }
        var columns: [PageTable.Column] = [
            .init(title: "host"), .init(title: "fate"), .init(title: "finish", isNumeric: true),
            .init(title: "bound", isNumeric: true), .init(title: "ratio", isNumeric: true),
            .init(title: "received", isNumeric: true), .init(title: "stalled", isNumeric: true),
            .init(title: "sha256 of its copy"),
        ]
        if hasReasons { columns.append(.init(title: "note")) }
        let rows = shown.map { host in
            let digests = host.digests.map { String($0.prefix(12)) }.joined(separator: " ")
            return PageTable.Row(
                cells: [
                    places.pathOf[host.host] ?? host.host, host.fate.word, ReportFigures.seconds(host.finish),
                    ReportFigures.seconds(host.bound), ReportFigures.ratio(host.ratio),
                    ReportFigures.bytes(host.receivedBytes),
                    stalled[host.host].map { ReportFigures.seconds($0) } ?? ReportFigures.unknown,
                    digests.isEmpty ? ReportFigures.unknown : digests, host.reason ?? "",
                ])
        }
        let sentence =
            report.hostsDetail.count > shown.count ? "The first \(shown.count) of \(report.hostsDetail.count)." : ""
        PageFrame.section(&markup, "Hosts", sentence) { markup in
            markup.element("details") { markup in
                markup.element("summary", text: ReportFigures.count(shown.count, "host", "hosts"))
                PageTable(columns: columns, rows: rows).write(to: &markup)
            }
        }
    }
}
