/// When hosts lacked bytes and none came: a row a host, the most stalled first.
struct StallTimeline {
    let stalls: [Stall]
    let fates: [String: HostResult.Fate]
    let seconds: Double

    private static let (size, rowHeight, top) = (12.0, 20.0, 8.0)

    private struct Row {
        let host: String
        let stalls: [Stall]
        let total: Double
    }

    private var rows: [Row] {
        var byHost: [String: [Stall]] = [:]
        for stall in stalls { byHost[stall.host, default: []].append(stall) }
        return byHost.map { Row(host: $0.key, stalls: $0.value, total: $0.value.reduce(0) { $0 + $1.seconds }) }
            .sorted { ($1.total, $0.host) < ($0.total, $1.host) }
    }

    /// Hosts that stalled and have no row.
    var leftOut: Int { max(0, rows.count - ReportLimits.stallRows) }

    var markup: Markup {
        let rows = rows.prefix(ReportLimits.stallRows)
        let names = rows.map { name($0.host) }
        let nameWidth = min(200, (names.map { TextMeasure.width($0, size: Self.size) }.max() ?? 0) + 4)
        let left = nameWidth + 14
        let end = max(seconds, stalls.map { $0.at + $0.seconds }.max() ?? 0)
        let axis = Axis(values: 0...end, range: left...(ReportStyle.width - 90), count: 9, isTime: true)
        let bottom = Self.top + Double(rows.count) * Self.rowHeight
        var drawing = Drawing(height: bottom + 26, label: "Stalls of hosts over time")
        for tick in axis.ticks {
            drawing.line(axis.position(tick), Self.top, axis.position(tick), bottom, "grid")
            drawing.text(axis.position(tick), bottom + 18, axis.timeLabel(tick), "tick", .middle)
        }
        drawing.line(axis.position(seconds), Self.top, axis.position(seconds), bottom, "stem")
        for (index, row) in rows.enumerated() {
            let middle = Self.top + (Double(index) + 0.5) * Self.rowHeight
            drawing.name(
                nameWidth, middle + 4, names[index], within: nameWidth, size: Self.size, "label small", .end,
                title: row.host)
            drawing.line(left, middle, ReportStyle.width - 90, middle, "grid")
            for stall in row.stalls { bar(stall, axis, middle: middle, on: &drawing) }
            drawing.text(
                ReportStyle.width, middle + 4, ReportFigures.seconds(row.total), "note small", .end)
        }
        return drawing.markup
    }

    private func name(_ host: String) -> String {
        switch fates[host] {
        case .killed: "\(host) (killed)"
        case .stopped: "\(host) (stopped)"
        case .unfinished: "\(host) (unfinished)"
        case .source, .done, nil: host
        }
    }

    private func bar(_ stall: Stall, _ axis: Axis, middle: Double, on drawing: inout Drawing) {
        let x = axis.position(stall.at)
        let width = max(2, axis.position(stall.at + stall.seconds) - x)
        let waited = stall.parent.map { "waited for \($0)" } ?? "nobody was to send"
        drawing.rectangle(
            x, middle - 6, width, 12, "fill1", radius: 2,
            title:
                "\(stall.host), at \(ReportFigures.seconds(stall.at)): \(ReportFigures.seconds(stall.seconds)), \(waited)"
        )
        if let parent = stall.parent, TextMeasure.width(parent, size: 10) < width - 8 {
            drawing.text(x + 5, middle + 3.6, parent, "cell onbar")
        }
    }
}
