/// Each host's time over its own bound: a square a host, a row a rack; bars when there are too many hosts for squares.
struct HostRatioChart {
    let hosts: [HostResult]
    let places: HostPlaces

    private static let (size, cell, most) = (12.0, 7.0, 9)

    private struct Row {
        let name: String
        /// Ratios by their column.
        var columns: [Int: [HostResult]] = [:]
    }

    var markup: Markup {
        let ratios = hosts.compactMap(\.ratio)
        let names = rowNames
        let nameWidth = min(170, (names.map { TextMeasure.width($0, size: Self.size) }.max() ?? 0) + 4)
        let left = nameWidth + 14
        let (low, high) = (min(1, ratios.min() ?? 1), max(1.02, ratios.max() ?? 1))
        // Some room right of the worst, for its name.
        let axis = Axis(values: low...(high + (high - low) * 0.25), range: left...(ReportStyle.width - 10), count: 9)
        let rows = rows(names, axis, left: left)
        let tallest = rows.flatMap { $0.columns.values.map(\.count) }.max() ?? 1
        let rowHeight = Double(min(tallest, Self.most)) * Self.cell + 14
        let bottom = 20 + Double(rows.count) * rowHeight
        var drawing = Drawing(height: bottom + 40, label: "Time over bound, host by host")
        for tick in axis.ticks {
            let isBound = abs(tick - 1) < axis.step / 100
            drawing.line(axis.position(tick), 20, axis.position(tick), bottom, isBound ? "bound" : "grid")
            let anchor: Drawing.Anchor = tick == axis.ticks.last ? .end : .middle
            drawing.text(axis.position(tick), bottom + 17, axis.label(tick), "tick", anchor)
        }
        drawing.text(axis.position(1), 13, "bound", "note", .middle)
        drawing.text(left, bottom + 36, "time of the host over its own bound", "note")
        for (index, row) in rows.enumerated() {
            let base = 20 + Double(index + 1) * rowHeight
            drawing.line(left, base, ReportStyle.width - 10, base, "axis")
            drawing.name(nameWidth, base - 5, row.name, within: nameWidth, size: Self.size, "label", .end)
            draw(row, base: base, left: left, tallest: tallest, on: &drawing)
        }
        mark(rows, axis, rowHeight: rowHeight, left: left, on: &drawing)
        return drawing.markup
    }

    /// One row a rack; one a site, or a single one, when there are too many of them.
    private var rowNames: [String] {
        if places.groups.count <= ReportLimits.ratioGroups { return places.groups.map(\.name) }
        var sites: [String] = []
        for group in places.groups where sites.last != group.site { sites.append(group.site) }
        return sites.count <= ReportLimits.ratioGroups ? sites : ["all hosts"]
    }

    private func rows(_ names: [String], _ axis: Axis, left: Double) -> [Row] {
        var rows = names.map { Row(name: $0) }
        for host in hosts {
            guard let ratio = host.ratio, ratio.isFinite else { continue }
            let group = places.groupOf[host.host] ?? 0
            let row: Int
            if names.count == places.groups.count {
                row = group
            } else {
                row = names.count == 1 ? 0 : names.firstIndex(of: places.groups[group].site) ?? 0
            }
            let column = Int((axis.position(ratio) - left) / Self.cell)
            rows[row].columns[column, default: []].append(host)
        }
        return rows
    }

    private func draw(_ row: Row, base: Double, left: Double, tallest: Int, on drawing: inout Drawing) {
        for (column, hosts) in row.columns.sorted(by: { $0.key < $1.key }) {
            let x = left + Double(column) * Self.cell
            if tallest > Self.most {
                let height = max(1.5, Double(hosts.count) / Double(tallest) * Double(Self.most) * Self.cell)
                drawing.rectangle(
                    x, base - height, Self.cell - 1, height, "fill0",
                    title: ReportFigures.count(hosts.count, "host", "hosts"))
                continue
            }
            for (place, host) in hosts.enumerated() {
                drawing.rectangle(
                    x, base - Double(place + 1) * Self.cell, Self.cell - 1, Self.cell - 1, "fill0", radius: 1,
                    title: "\(host.host): \(ReportFigures.ratio(host.ratio)), \(ReportFigures.seconds(host.finish))")
            }
        }
    }

    /// The worst host by name.
    private func mark(_ rows: [Row], _ axis: Axis, rowHeight: Double, left: Double, on drawing: inout Drawing) {
        guard let worst = hosts.filter({ $0.ratio != nil }).max(by: { ($0.ratio ?? 0) < ($1.ratio ?? 0) }),
            let ratio = worst.ratio,
            let row = rows.firstIndex(where: { $0.columns.values.contains { $0.contains(worst) } })
        else { return }
        let column = Int((axis.position(ratio) - left) / Self.cell)
        let x = left + Double(column + 1) * Self.cell + 5
        let text = " \(ReportFigures.ratio(ratio))"
        let room = ReportStyle.width - 10 - x - TextMeasure.width(text, size: Self.size)
        let name = TextMeasure.cut(worst.host, to: max(40, room), size: Self.size)
        drawing.text(x, 20 + Double(row + 1) * rowHeight - 5, name + text, "value small", title: worst.host)
    }
}
