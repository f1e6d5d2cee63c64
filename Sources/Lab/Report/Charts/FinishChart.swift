/// How many hosts were done at what time: one line for each tool or run, and the bound as a dashed one.
struct FinishChart {
    struct Series {
        let name: String
        /// When hosts were done, ascending.
        let times: [Double]
        /// Hosts that were to be done.
        let targets: Int
        let colour: Int
        var isThin = false
    }

    let series: [Series]
    /// The bound of each host, ascending.
    let bounds: [Double]
    let targets: Int

    private static let (left, plotHeight, flagHeight) = (46.0, 270.0, 19.0)
    private static let flagSize = 13.0

    /// A line's name and end above the plot, at the time that it stands for.
    private struct Flag {
        let x: Double
        let y: Double
        let text: String
        let style: String
        var row = 0
    }

    var markup: Markup {
        let right = ReportStyle.width - 6
        let latest = max(series.compactMap(\.times.last).max() ?? 0, bounds.last ?? 0, 1e-3)
        // A flag stands to the right of its time, so the axis is longer than the last one by about a flag.
        let texts = series.map { flagText($0) } + ["bound \(ReportFigures.seconds(bounds.last))"]
        let widest = min(280, (texts.map { TextMeasure.width($0, size: Self.flagSize) }.max() ?? 0) + 14)
        let time = Axis(
            values: 0...(latest * (right - Self.left) / (right - Self.left - widest)), range: Self.left...right,
            count: 10, isTime: true)
        let flags = flags(time)
        let top = 14 + Double((flags.map(\.row).max() ?? -1) + 1) * Self.flagHeight + 6
        let bottom = top + Self.plotHeight
        var drawing = Drawing(
            height: bottom + 42, label: "Hosts done over time, with the bound as a dashed line")
        frame(&drawing, time, top: top, bottom: bottom)
        if !bounds.isEmpty { drawing.path(steps(bounds, time, top: top, bottom: bottom), "curve bound") }
        for one in series.reversed() where !one.times.isEmpty {
            drawing.path(
                steps(one.times, time, top: top, bottom: bottom),
                "curve line\(ReportStyle.colour(one.colour))\(one.isThin ? " thin" : "")",
                title: flagText(one))
        }
        for flag in flags {
            let base = top - 8 - Double(flag.row) * Self.flagHeight
            drawing.line(flag.x, base - 11, flag.x, y(flag.y, top: top, bottom: bottom), "stem")
            drawing.text(flag.x + 5, base, flag.text, flag.style)
        }
        return drawing.markup
    }

    private func flagText(_ one: Series) -> String {
        guard let last = one.times.last else { return "\(shortName(one)): no host done" }
        guard one.times.count < one.targets else { return "\(shortName(one)) \(ReportFigures.seconds(last))" }
        return "\(shortName(one)) \(ReportFigures.seconds(last)), \(one.times.count) of \(one.targets)"
    }

    private func shortName(_ one: Series) -> String { TextMeasure.cut(one.name, to: 120, size: Self.flagSize) }

    /// Flags from right to left: one stands higher than all that begin within its own width, so no stem crosses a text.
    private func flags(_ time: Axis) -> [Flag] {
        var flags: [Flag] = series.compactMap { one in
            guard let last = one.times.last else { return nil }
            return Flag(
                x: time.position(last), y: Double(one.times.count), text: flagText(one),
                style: "flag text\(ReportStyle.colour(one.colour))")
        }
        if let bound = bounds.last {
            flags.append(
                Flag(
                    x: time.position(bound), y: Double(bounds.count), text: "bound \(ReportFigures.seconds(bound))",
                    style: "flag note"))
        }
        flags.sort { $0.x > $1.x }
        for index in flags.indices {
            let end = flags[index].x + TextMeasure.width(flags[index].text, size: Self.flagSize) + 12
            flags[index].row = (flags[..<index].filter { $0.x < end }.map(\.row).max() ?? -1) + 1
        }
        return flags
    }

    private func y(_ hosts: Double, top: Double, bottom: Double) -> Double {
        bottom - min(1, hosts / Double(max(1, targets))) * (bottom - top)
    }

    private func frame(_ drawing: inout Drawing, _ time: Axis, top: Double, bottom: Double) {
        let count = Axis(
            values: 0...Double(max(1, targets)), range: 0...1, count: 5, isWhole: true)
        // The top of the plot is the number of hosts itself; a round tick close below it would only crowd it.
        let total = Double(targets)
        let ticks = count.ticks.filter { $0 <= total - count.step * 0.55 } + [total]
        for tick in ticks {
            let position = y(tick, top: top, bottom: bottom)
            drawing.line(Self.left, position, ReportStyle.width - 6, position, tick == 0 ? "axis" : "grid")
            drawing.text(Self.left - 8, position + 4, Fixed.text(tick, 0), "tick", .end)
        }
        for tick in time.ticks {
            let x = time.position(tick)
            drawing.line(x, bottom, x, bottom + 5, "axis")
            let isLast = tick == time.ticks.last
            drawing.text(x, bottom + 19, time.timeLabel(tick), "tick", isLast ? .end : .middle)
        }
        drawing.text(Self.left, bottom + 38, "time since the install was asked for", "note")
        drawing.text(0, top - 12, "hosts", "note")
    }

    /// Stairs through the times; of very many only as many as can be seen.
    private func steps(_ times: [Double], _ time: Axis, top: Double, bottom: Double) -> DrawingPath {
        var path = DrawingPath()
        path.move(time.position(0), bottom)
        let stride = max(1, times.count / ReportLimits.curvePoints)
        var height = bottom
        for (index, moment) in times.enumerated() where (index + 1) % stride == 0 || index == times.count - 1 {
            let x = time.position(moment)
            path.line(x, height)
            height = y(Double(index + 1), top: top, bottom: bottom)
            path.line(x, height)
        }
        return path
    }
}
