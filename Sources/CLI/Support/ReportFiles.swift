import Basics
import Lab

/// Writes a report where the command line says: `-` is standard output.
struct ReportFiles {
    let json: String?
    let html: String?

    func write(_ report: RunReport, file: String) throws {
        if let json { try write(report.json, to: json) }
        if let html { try write(HTMLReport.page(report, topology: try Topology.load(path: file)), to: html) }
    }

    private func write(_ text: String, to path: String) throws {
        guard path == "-" else { return try ReportFile.write(text, to: path) }
        Output.line(text)
    }
}
