/// A drawing in SVG. One unit is one pixel of the page at its full width; colours come from classes of ``ReportStyle``.
struct Drawing {
    /// Where a text stands relative to its point.
    enum Anchor: String { case start, middle, end }

    let width: Double
    let height: Double
    /// What the drawing shows, for people who do not see it.
    let label: String
    private var content = Markup()

    init(width: Double = ReportStyle.width, height: Double, label: String) {
        self.width = width
        self.height = height
        self.label = label
    }

    mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) {
        content.empty(
            "line",
            [
                ("x1", Self.number(x1)), ("y1", Self.number(y1)), ("x2", Self.number(x2)), ("y2", Self.number(y2)),
                ("class", style),
            ])
    }

    mutating func rectangle(
        _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ style: String, radius: Double = 0,
        title: String? = nil
    ) {
        var attributes = [
            ("x", Self.number(x)), ("y", Self.number(y)), ("width", Self.number(max(0, width))),
            ("height", Self.number(max(0, height))), ("class", style),
        ]
        if radius > 0 { attributes.append(("rx", Self.number(radius))) }
        shape("rect", attributes, title: title)
    }

    mutating func circle(_ x: Double, _ y: Double, radius: Double, _ style: String, title: String? = nil) {
        shape(
            "circle",
            [("cx", Self.number(x)), ("cy", Self.number(y)), ("r", Self.number(radius)), ("class", style)],
            title: title)
    }

    /// - Parameters:
    ///   - strokeWidth: nil: as the class says.
    ///   - opacity: nil: as the class says.
    mutating func path(
        _ path: DrawingPath, _ style: String, strokeWidth: Double? = nil, opacity: Double? = nil, title: String? = nil
    ) {
        var attributes = [("d", path.data), ("class", style)]
        if let strokeWidth { attributes.append(("stroke-width", Self.number(strokeWidth))) }
        if let opacity { attributes.append(("opacity", Self.number(opacity))) }
        shape("path", attributes, title: title)
    }

    /// Text on its base line.
    mutating func text(
        _ x: Double, _ y: Double, _ text: String, _ style: String, _ anchor: Anchor = .start, title: String? = nil
    ) {
        let attributes = [
            ("x", Self.number(x)), ("y", Self.number(y)), ("class", style), ("text-anchor", anchor.rawValue),
        ]
        content.element("text", attributes) { markup in
            if let title { markup.element("title", text: title) }
            markup.text(text)
        }
    }

    /// A name cut to a width, with the whole of it as a tooltip when it was cut.
    mutating func name(
        _ x: Double, _ y: Double, _ name: String, within width: Double, size: Double, _ style: String,
        _ anchor: Anchor = .start, title: String? = nil
    ) {
        let cut = TextMeasure.cut(name, to: width, size: size)
        text(x, y, cut, style, anchor, title: title ?? (cut == name ? nil : name))
    }

    var markup: Markup {
        var markup = Markup()
        let attributes = [
            ("viewBox", "0 0 \(Self.number(width)) \(Self.number(height))"), ("role", "img"), ("aria-label", label),
        ]
        markup.element("svg", attributes) { $0.append(content) }
        return markup
    }

    private mutating func shape(_ name: StaticString, _ attributes: [(String, String)], title: String?) {
        guard let title else { return content.empty(name, attributes) }
        content.element(name, attributes) { $0.element("title", text: title) }
    }

    /// A coordinate with at most two decimals.
    static func number(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e9 else { return "0" }
        let hundredths = Int64((value * 100).rounded())
        let (whole, rest) = (abs(hundredths) / 100, abs(hundredths) % 100)
        let sign = hundredths < 0 ? "-" : ""
        if rest == 0 { return "\(sign)\(whole)" }
        return rest % 10 == 0 ? "\(sign)\(whole).\(rest / 10)" : "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
    }
}
