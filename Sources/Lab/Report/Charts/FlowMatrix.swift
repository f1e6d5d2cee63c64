/// Who fed whom among many hosts: a row for each sender, a column for each receiver, darker for more bytes.
struct FlowMatrix {
    let graph: FlowGraph

    private static let (left, top, side, barWidth) = (130.0, 66.0, 760.0, 96.0)
    private static let size = 11.0
    /// Classes of darkness, as for links.
    private static let levels = 10

    /// Hosts that share one row and column.
    private var perCell: Int { max(1, (graph.hosts.count + ReportLimits.matrixCells - 1) / ReportLimits.matrixCells) }

    var sentence: String {
        perCell == 1 ? "" : " Each row and column stands for \(perCell) hosts that are next to each other."
    }

    var markup: Markup {
        let count = (graph.hosts.count + perCell - 1) / perCell
        let cell = max(2, (Self.side / Double(max(1, count)) * 4).rounded(.down) / 4)
        let side = cell * Double(count)
        let cells = cells(count)
        var drawing = Drawing(height: Self.top + side + 16, label: "Who fed whom, as a matrix")
        drawing.rectangle(Self.left, Self.top, side, side, "field")
        for (level, path) in paths(cells, count: count, cell: cell).enumerated() where !path.isEmpty {
            drawing.path(path, "q\(level)")
        }
        borders(&drawing, cell: cell, side: side)
        given(&drawing, cells, count: count, cell: cell, side: side)
        drawing.text(Self.left, 14, "to (each column is a receiver)", "note")
        drawing.text(0, Self.top - 12, "from (each row)", "note")
        drawing.text(Self.left + side + 14, Self.top - 12, "gave", "note")
        return drawing.markup
    }

    /// Bytes by row and column.
    private func cells(_ count: Int) -> [Int64] {
        let place = Dictionary(
            graph.hosts.enumerated().map { ($0.element, $0.offset / perCell) }, uniquingKeysWith: { first, _ in first })
        var cells = [Int64](repeating: 0, count: count * count)
        for flow in graph.flows {
            guard let from = place[flow.from], let to = place[flow.to] else { continue }
            cells[from * count + to] &+= flow.bytes
        }
        return cells
    }

    /// One outline for each class of darkness keeps the page small.
    private func paths(_ cells: [Int64], count: Int, cell: Double) -> [DrawingPath] {
        let most = Double(max(1, cells.max() ?? 1))
        var paths = [DrawingPath](repeating: DrawingPath(), count: Self.levels + 1)
        let drawn = max(cell - 0.5, cell * 0.9)
        for (index, bytes) in cells.enumerated() where bytes > 0 {
            // The faintest flow is still seen.
            let level = 2 + Int((Double(bytes) / most * Double(Self.levels - 2)).rounded())
            paths[level].rectangle(
                Self.left + Double(index % count) * cell, Self.top + Double(index / count) * cell, drawn, drawn)
        }
        return paths
    }

    /// Lines between racks and their names; within one rack, some hosts' names at even distances.
    private func borders(_ drawing: inout Drawing, cell: Double, side: Double) {
        var start = 0.0
        let unit = cell / Double(perCell)
        let groups = graph.places.groups
        let isOne = groups.count == 1
        if isOne {
            let stride = max(1, graph.hosts.count / 10)
            for index in Swift.stride(from: 0, to: graph.hosts.count, by: stride) {
                let offset = Double(index) * unit
                label(graph.hosts[index], at: offset + unit / 2, room: Double(stride) * unit, on: &drawing)
                if index > 0 { cross(&drawing, at: offset, side: side, "grid") }
            }
            return
        }
        var labelled = -100.0
        for (index, group) in groups.enumerated() {
            let length = Double(group.hosts.count) * unit
            let isSiteBorder = index > 0 && groups[index - 1].site != group.site
            if index > 0 { cross(&drawing, at: start, side: side, isSiteBorder ? "axis" : "grid") }
            let middle = start + length / 2
            if middle - labelled >= 15 {
                label(group.name, at: middle, room: max(length, 15), on: &drawing)
                labelled = middle
            }
            start += length
        }
    }

    private func cross(_ drawing: inout Drawing, at offset: Double, side: Double, _ style: String) {
        drawing.line(Self.left, Self.top + offset, Self.left + side, Self.top + offset, style)
        drawing.line(Self.left + offset, Self.top, Self.left + offset, Self.top + side, style)
    }

    private func label(_ name: String, at offset: Double, room: Double, on drawing: inout Drawing) {
        drawing.name(
            Self.left - 8, Self.top + offset + 4, name, within: Self.left - 12, size: Self.size, "note small", .end)
        guard room >= 30 else { return }
        drawing.line(Self.left + offset, Self.top - 5, Self.left + offset, Self.top, "axis")
        drawing.name(
            Self.left + offset, Self.top - 9, name, within: room - 6, size: Self.size, "note small", .middle)
    }

    /// What each row gave in all, beside it.
    private func given(_ drawing: inout Drawing, _ cells: [Int64], count: Int, cell: Double, side: Double) {
        let sums = (0..<count).map { row in cells[(row * count)..<((row + 1) * count)].reduce(0, &+) }
        guard let most = sums.max(), most > 0, let row = sums.firstIndex(of: most) else { return }
        let x = Self.left + side + 14
        var path = DrawingPath()
        for (index, sum) in sums.enumerated() where sum > 0 {
            path.rectangle(
                x, Self.top + Double(index) * cell, max(1, Self.barWidth * Double(sum) / Double(most)),
                max(1, cell * 0.85))
        }
        drawing.path(path, "fill6")
        drawing.name(
            ReportStyle.width, Self.top - 12,
            "most: \(ReportFigures.bytes(most))", within: 110, size: Self.size, "note small", .end,
            title: "\(graph.hosts[row * perCell]) gave \(ReportFigures.bytes(most))")
    }
}
