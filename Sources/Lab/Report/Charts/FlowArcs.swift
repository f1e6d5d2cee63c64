/// Who fed whom among few hosts: a row a host by rack, arrows as thick as the bytes, and each host's main feeders.
struct FlowArcs {
    let graph: FlowGraph

    private static let (groupWidth, nameWidth, arcLeft, arcWidth) = (96.0, 150.0, 268.0, 330.0)
    private static let (hopX, gaveX, gaveWidth, feedersX) = (636.0, 660.0, 110.0, 836.0)
    private static let (top, size) = (34.0, 12.0)

    private var rowHeight: Double { graph.hosts.count <= 36 ? 22 : 17 }

    var markup: Markup {
        var rows: [String: Double] = [:]
        var y = Self.top + rowHeight / 2
        var spans: [(group: HostPlaces.Group, from: Double, to: Double)] = []
        for group in graph.places.groups {
            spans.append((group, y, y + Double(group.hosts.count - 1) * rowHeight))
            for host in group.hosts {
                rows[host] = y
                y += rowHeight
            }
            y += 8
        }
        var drawing = Drawing(height: y - rowHeight / 2 + 4, label: "Who fed whom")
        legend(&drawing)
        for span in spans where spans.count > 1 {
            drawing.line(Self.groupWidth, span.from - 7, Self.groupWidth, span.to + 7, "bracket")
            drawing.name(
                Self.groupWidth - 8, (span.from + span.to) / 2 + 4, span.group.name, within: Self.groupWidth - 10,
                size: Self.size, "note", .end)
        }
        let most = Double(max(1, graph.flows.first?.bytes ?? 1))
        for flow in graph.flows.prefix(ReportLimits.arcs).reversed() {
            guard let from = rows[flow.from], let to = rows[flow.to] else { continue }
            arc(flow, from: from, to: to, weight: Double(flow.bytes) / most, on: &drawing)
        }
        for host in graph.hosts { row(host, y: rows[host] ?? 0, on: &drawing) }
        return drawing.markup
    }

    private func arc(_ flow: Flow, from: Double, to: Double, weight: Double, on drawing: inout Drawing) {
        let x = Self.arcLeft
        let reach = min(Self.arcWidth * 1.32, 22 + abs(to - from) * 0.75)
        let (start, end) = (from - 2.5, to + 3.5)
        var path = DrawingPath()
        path.move(x + 5, start)
        path.curve(x + 5 + reach, start, x + 11 + reach, end, x + 11, end)
        let style =
            switch graph.distance(flow) {
            case .inside: "arc line0"
            case .racks: "arc line4"
            case .sites: "arc line1"
            }
        drawing.path(
            path, style, strokeWidth: 0.7 + 4 * weight, opacity: 0.28 + 0.6 * weight,
            title: "\(flow.from) to \(flow.to): \(ReportFigures.bytes(flow.bytes))")
    }

    private func row(_ host: String, y: Double, on drawing: inout Drawing) {
        let x = Self.arcLeft
        drawing.name(
            x - 10, y + 4, host, within: Self.nameWidth, size: Self.size, "label small", .end,
            title: graph.places.pathOf[host] ?? host)
        let isSource = graph.hops[host] == 0
        drawing.circle(x, y, radius: isSource ? 5 : 3, isSource ? "fill1" : "dot")
        if graph.taken[host] != nil {
            var head = DrawingPath()
            head.move(x + 4, y + 3.5)
            head.line(x + 12, y - 0.5)
            head.line(x + 12, y + 7.5)
            head.close()
            drawing.path(head, "dot")
        }
        drawing.text(
            Self.hopX, y + 4, isSource ? "source" : graph.hops[host].map { "\($0)" } ?? ReportFigures.unknown,
            "tick", .end)
        let most = Double(max(1, graph.given.values.max() ?? 1))
        let given = graph.given[host] ?? 0
        if given > 0 {
            drawing.rectangle(
                Self.gaveX, y - 5, max(1.5, Self.gaveWidth * Double(given) / most), 10, "fill6", radius: 1.5)
        }
        drawing.text(
            Self.gaveX + Self.gaveWidth * Double(given) / most + 6, y + 4,
            given > 0 ? ReportFigures.bytes(given) : "nothing", "note small")
        drawing.name(
            Self.feedersX, y + 4, feeders(host), within: ReportStyle.width - Self.feedersX, size: 11, "note small")
    }

    /// `h3 62 %, h7 38 %`.
    private func feeders(_ host: String) -> String {
        guard let taken = graph.taken[host], taken > 0 else { return "" }
        let all = graph.flows.filter { $0.to == host }
        var width = 0.0
        var parts: [String] = []
        for flow in all {
            let share = ReportFigures.percent(Double(flow.bytes) / Double(taken))
            let part = "\(TextMeasure.cut(flow.from, to: 110, size: 11)) \(share)"
            width += TextMeasure.width(part + ", ", size: 11)
            if !parts.isEmpty, width > ReportStyle.width - Self.feedersX - 40 { break }
            parts.append(part)
        }
        let rest = all.count - parts.count
        return parts.joined(separator: ", ") + (rest > 0 ? " +\(rest)" : "")
    }

    private func legend(_ drawing: inout Drawing) {
        var x = Self.arcLeft
        let distances = Set(graph.flows.map { graph.distance($0) })
        for (distance, text, style) in [
            (FlowGraph.Distance.inside, "in the rack", "line0"), (.racks, "across racks", "line4"),
            (.sites, "across sites", "line1"),
        ] where distances.contains(distance) {
            drawing.line(x, 12, x + 18, 12, "arc key \(style)")
            drawing.text(x + 24, 16, text, "note")
            x += 34 + TextMeasure.width(text, size: Self.size)
        }
        drawing.text(Self.hopX, 16, "hop", "note", .end)
        drawing.text(Self.gaveX, 16, "gave", "note")
        drawing.text(Self.feedersX, 16, "fed by", "note")
    }
}
