/// What all report pages share: the document around the sections, and the small pieces that sections are made of.
enum PageFrame {
    static func document(title: String, _ content: (inout Markup) -> Void) -> String {
        var markup = Markup()
        markup.element("html", [("lang", "en")]) { markup in
            markup.element("head") { markup in
                markup.empty("meta", [("charset", "utf-8")])
                markup.empty("meta", [("name", "viewport"), ("content", "width=device-width, initial-scale=1")])
                markup.element("title", text: title)
                markup.element("style") { $0.literal(ReportStyle.sheet) }
            }
            markup.element("body") { $0.element("main", [], content) }
        }
        return "<!DOCTYPE html>\n\(markup.source)"
    }

    static func section(
        _ markup: inout Markup, _ title: String, _ sentence: String, _ content: (inout Markup) -> Void
    ) {
        markup.element("section") { markup in
            markup.element("h2", text: title)
            if !sentence.isEmpty { markup.element("p", [("class", "say")], text: sentence) }
            content(&markup)
        }
    }

    static func figure(_ markup: inout Markup, _ drawing: Markup) {
        markup.element("figure") { $0.append(drawing) }
    }

    /// A figure in the row of headline figures.
    static func tile(
        _ markup: inout Markup, _ name: String, _ value: String, _ notes: [String], style: String = ""
    ) {
        markup.element("div", [("class", style.isEmpty ? "tile" : "tile \(style)")]) { markup in
            markup.element("span", [("class", "name")], text: name)
            markup.element("b", text: value)
            for note in notes where !note.isEmpty { markup.element("span", text: note) }
        }
    }

    static func warnings(_ markup: inout Markup, _ warnings: [String]) {
        guard !warnings.isEmpty else { return }
        markup.element("div", [("class", "warnings"), ("role", "note")]) { markup in
            markup.element("ul") { markup in
                for warning in warnings { markup.element("li", text: warning) }
            }
        }
    }

    /// Names and values.
    static func facts(_ markup: inout Markup, _ facts: [(String, String)]) {
        markup.element("dl") { markup in
            for (name, value) in facts {
                markup.element("dt", text: name)
                markup.element("dd", text: value)
            }
        }
    }

    static func footer(_ markup: inout Markup, _ sentences: [String]) {
        markup.element("footer") { markup in
            for sentence in sentences { markup.element("p", text: sentence) }
        }
    }

    static func facts(of machine: MachineFacts) -> [(String, String)] {
        [
            ("machine", "\(ReportFigures.count(machine.processors, "processor", "processors")), \(machine.model)"),
            ("memory", ReportFigures.bytes(machine.memoryBytes)), ("kernel", machine.kernel),
            ("system", machine.system), ("skein", machine.skein.isEmpty ? ReportFigures.unknown : machine.skein),
        ]
    }
}
