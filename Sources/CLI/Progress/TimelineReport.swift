import Basics
import Peer

/// What `skein up` says at its end: when each phase ran, when nodes became READY, what moved, and the nodes.
struct TimelineReport {
    let report: UpReport
    let terminal: Terminal

    func print() {
        for line in lines { Output.line(line) }
        Output.line("")
        NodeTable.print(report.nodes)
    }

    /// Without the table of nodes.
    var lines: [String] {
        var result = ["", "timeline of \(Printable.text(report.cluster))"]
        let end = report.timeline.reduce(report.lastReady ?? 0) { max($0, $1.end) }
        for span in report.timeline {
            let name = Printable.fit(span.phase.rawValue, 9)
            let from = padded(Figures.fixed(span.start, 1), 7)
            let to = padded(Figures.fixed(span.end, 1), 7)
            result.append("  \(name) \(from) – \(to) s  \(bar(span, end: end))")
        }
        result.append("")
        result.append("  nodes     \(report.ready) of \(report.nodes.count) READY\(readyTimes)")
        let moved = report.bytesMoved > 0 || report.chunksMoved > 0
        let amount = moved ? "\(Figures.bytes(report.bytesMoved)) in \(report.chunksMoved) chunks" : "no chunk"
        result.append("  moved     \(amount)")
        let origin = report.cached ? "from the cache, nothing was built" : "built now, in the cache from here on"
        result.append("  images    \(origin)")
        return result
    }

    private var readyTimes: String {
        guard let first = report.firstReady, let half = report.halfReady, let last = report.lastReady else { return "" }
        return "; first after \(Figures.seconds(first)), half after \(Figures.seconds(half)), last after "
            + Figures.seconds(last)
    }

    /// The span's place between 0 and `end`, at least one cell wide.
    private func bar(_ span: UpReport.PhaseTime, end: Double) -> String {
        let width = max(10, min(48, terminal.size.columns - 36))
        guard end > 0, span.start.isFinite, span.end.isFinite else { return "" }
        let from = max(0, min(width - 1, Int(span.start / end * Double(width))))
        let to = max(from + 1, min(width, Int((span.end / end * Double(width)).rounded(.up))))
        let cell = terminal.isUnicode ? "█" : "#"
        return String(repeating: " ", count: from) + String(repeating: cell, count: to - from)
    }

    private func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
