import Basics
import Lab

/// Writes a report where the command line says: `-` is standard output.
struct ReportFiles {
    let json: String?
    let html: String?

    func write(_ report: RunReport, file: String) throws {
        try write(report, topology: html == nil ? nil : try Topology.load(path: file))
    }

    func write(_ report: RunReport, topology: Topology?) throws {
        if let json { try write(report.json, to: json) }
        if let html { try write(HTMLReport.page(report, topology: topology), to: html) }
    }

    /// JSON that has no page.
    func write(_ text: String) throws {
        if let json { try write(text, to: json) }
    }

    func write(_ report: ComparisonReport, topology: Topology) throws {
        if let json { try write(report.json, to: json) }
        if let html { try write(HTMLReport.page(report, topology: topology), to: html) }
    }

    private func write(_ text: String, to path: String) throws {
        guard path == "-" else { return try ReportFile.write(text, to: path) }
        Output.line(text)
    }
}
