import Basics
import FoundationEssentials
import Glibc
import Lab

/// Writes reports where the command line says: `-` is standard output.
struct ReportFiles {
    let json: String?
    let html: String?

    func write(_ report: RunReport, file: String?) throws {
        if let json { try write(report.json, to: json) }
        if let html {
            let topology = file.flatMap { try? Topology.load(path: $0) }
            try write(HTMLReport.page(report, topology: topology), to: html)
        }
    }

    func write(_ report: ComparisonReport, file: String?) throws {
        if let json { try write(report.json, to: json) }
        if let html {
            let topology = file.flatMap { try? Topology.load(path: $0) }
            try write(HTMLReport.page(report, topology: topology), to: html)
        }
    }

    private func write(_ text: String, to path: String) throws {
        guard path != "-" else { return Output.line(text) }
        do {
            try Data((text + "\n").utf8).write(to: URL(filePath: path))
        } catch {
            throw SkeinError(
                .usage, doing: "writing the report \(path)", cause: "\(error)",
                next: "choose a path that can be written")
        }
    }
}
