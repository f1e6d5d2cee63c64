/// Horizontal bars with their values at their ends, and a dashed line at a reference when there is one.
struct BarChart {
    struct Bar {
        let name: String
        /// Nil: there is no figure, and `note` says why.
        let value: Double?
        /// What stands at the bar's end.
        let text: String
        var note = ""
        /// The place among the colours of tools.
        let colour: Int
    }

    let bars: [Bar]
    let label: String
    var reference: (value: Double, name: String)?
    var width = ReportStyle.width

    private static let rowHeight = 28.0
    private static let barHeight = 16.0
    private static let size = 13.0

    var markup: Markup {
        let top = reference == nil ? 6.0 : 26.0
        let nameWidth = min(200, (bars.map { TextMeasure.width($0.name, size: Self.size) }.max() ?? 0) + 4)
        let left = nameWidth + 14
        let endWidth = bars.map { TextMeasure.width($0.text + "   " + $0.note, size: Self.size) }.max() ?? 0
        let most = max(bars.compactMap(\.value).max() ?? 0, reference?.value ?? 0)
        // A bar ends where its value is and its text follows, so the longest bar leaves room for the longest text.
        let room = max(120, width - left - min(endWidth + 16, width * 0.45))
        let scale = most > 0 ? room / most : 0
        let height = top + Double(bars.count) * Self.rowHeight + 6
        var drawing = Drawing(width: width, height: height, label: label)
        for (index, bar) in bars.enumerated() {
            let middle = top + (Double(index) + 0.5) * Self.rowHeight
            drawing.name(
                nameWidth, middle + 4.5, bar.name, within: nameWidth, size: Self.size, "label", .end)
            var end = left
            if let value = bar.value {
                let length = max(1.5, value * scale)
                drawing.rectangle(
                    left, middle - Self.barHeight / 2, length, Self.barHeight, "fill\(ReportStyle.colour(bar.colour))",
                    radius: 2, title: "\(bar.name): \(bar.text) \(bar.note)")
                end = left + length
            }
            drawing.text(end + 8, middle + 4.5, bar.text, "value")
            if !bar.note.isEmpty {
                let x = end + 8 + (bar.text.isEmpty ? 0 : TextMeasure.width(bar.text + " ", size: Self.size) + 4)
                drawing.name(x, middle + 4.5, bar.note, within: width - x, size: 12, "note")
            }
        }
        drawing.line(left, top, left, height - 6, "axis")
        if let reference {
            let x = left + reference.value * scale
            drawing.line(x, top - 6, x, height - 6, "bound")
            drawing.text(x, top - 11, reference.name, "note", .middle)
        }
        return drawing.markup
    }
}
