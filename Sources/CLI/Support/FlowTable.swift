import Peer

/// A flow as `skein flow` shows it: a line a host, then the plan and the bottleneck.
struct FlowTable {
    let report: FlowReport

    /// The columns that there are; nil where lines may have any length.
    var columns: Int?

    /// The hosts in a table, then what follows from all of them; without control characters.
    var lines: [String] { table + [""] + summary }
    /// The other way round, for a terminal on which the last lines may have no room.
    var linesForTerminal: [String] { summary.flatMap(wrapped) + [""] + table }

    /// What follows from all hosts is not cut: it goes on below itself.
    private func wrapped(_ line: String) -> [String] {
        guard let columns, line.count >= columns else { return [line] }
        let indent = String(repeating: " ", count: 11)
        var lines: [String] = []
        var current = ""
        for word in line.split(separator: " ", omittingEmptySubsequences: false) {
            if !current.isEmpty, current.count + 1 + word.count >= columns {
                lines.append(current)
                current = indent + word
            } else {
                current += (current.isEmpty ? "" : " ") + word
            }
        }
        return lines + [current]
    }

    /// With as much as there is room for: of parents and children that are left out only the number is shown, and of what
    /// holds a host back at last only the cause.
    private var table: [String] {
        let tries = [(3, true), (1, true), (1, false), (0, false)]
        for (edges, inWords) in tries {
            let lines = table(edges: edges, inWords: inWords).lines
            guard let columns, lines.contains(where: { $0.count >= columns }) else { return lines }
        }
        return table(edges: 0, inWords: false).lines
    }

    private func table(edges count: Int, inWords: Bool) -> TextTable {
        var table = TextTable(
            [
                .init(title: "HOST"), .init(title: "STATE"), .init(title: "CAME", isNumeric: true),
                .init(title: "OF", isNumeric: true), .init(title: "IN Mbit/s", isNumeric: true),
                .init(title: "OUT Mbit/s", isNumeric: true),
            ] + (count > 0 ? [.init(title: "FROM"), .init(title: "TO")] : []) + [
                .init(title: "LIMITED BY"), .init(title: "ETA", isNumeric: true),
            ])
        for host in report.hosts {
            let hasCome = host.state != .holder
            table.add(
                [
                    host.host, host.state.rawValue, hasCome ? Figures.bytes(host.bytes) : "",
                    hasCome ? Figures.bytes(host.total) : "", host.inRate > 0 ? Figures.megabits(host.inRate) : "",
                    host.outRate > 0 ? Figures.megabits(host.outRate) : "",
                ] + (count > 0 ? [edges(host.from, count), edges(host.to, count)] : []) + [
                    host.reason ?? (inWords ? host.limit?.words : host.limit?.cause) ?? "",
                    host.eta.map(Figures.seconds) ?? "",
                ])
        }
        return table
    }

    /// `h1 20.1 (2), h4 9.8, +3`: rates, and of parents the stripes in brackets where there are several.
    private func edges(_ edges: [FlowReport.Edge], _ count: Int) -> String {
        let flowing = edges.filter { $0.rate > 0 || ($0.stripes ?? 0) > 0 }
        var words = flowing.prefix(count).map { edge in
            let stripes = edge.stripes ?? 0
            return "\(edge.host) \(Figures.megabits(edge.rate))" + (stripes > 1 ? " (\(stripes))" : "")
        }
        if flowing.count > count { words.append("+\(flowing.count - count)") }
        return words.joined(separator: ", ")
    }

    private var summary: [String] {
        var lines = ["image      \(Printable.text(Figures.image(report.name, report.image)))", "plan       \(plan)"]
        if !report.isFlowing {
            let done = report.hosts.count { $0.state == .done }
            let failed = report.hosts.count { $0.state == .failed }
            lines.append("ended      \(done) hosts have got it" + (failed > 0 ? ", \(failed) have not" : ""))
        } else if let bottleneck = report.bottleneck {
            lines.append("bottleneck \(Printable.text(bottleneck.sentence))")
        } else {
            lines.append("bottleneck none that a host can see: nobody is at a limit of its own")
        }
        if !report.silent.isEmpty {
            let names = report.silent.prefix(8).joined(separator: ", ")
            let more = report.silent.count > 8 ? " and \(report.silent.count - 8) more" : ""
            lines.append("warning    no answer from \(Printable.text(names))\(more)")
        }
        return lines
    }

    private var plan: String {
        guard let plan = report.plan else { return "not known to this host" }
        var words = ["\(plan.stripes) \(plan.stripes == 1 ? "stripe" : "stripes")"]
        guard plan.isMeasured else {
            return words[0] + "; no link has been measured yet, so nothing is predicted" + passed
        }
        words.append("\(Figures.megabits(plan.rate)) Mbit/s for each host")
        if let predicted = plan.predicted {
            let bound = plan.bound.map { " (bound \(Figures.seconds($0)))" } ?? ""
            words.append("done \(Figures.seconds(predicted)) after the order\(bound)")
        }
        return words.joined(separator: ", ") + passed
    }

    private var passed: String { report.elapsed.map { "; \(Figures.seconds($0)) have passed" } ?? "" }
}
