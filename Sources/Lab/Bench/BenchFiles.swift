public import Basics
import Glibc

/// Where a benchmark is written to: figures as JSON, the document as Markdown, each in full or not at all.
public struct BenchFiles: Sendable {
    private let json: String?
    private let markdown: String?

    public init(json: String?, markdown: String?) {
        self.json = json
        self.markdown = markdown
    }

    /// `bench.json and docs/BENCHMARKS.md`; nil when there is neither.
    public var names: String? {
        let names = [json, markdown].compactMap { $0 }
        return names.isEmpty ? nil : names.joined(separator: " and ")
    }

    /// What is in the JSON already; nil when there is no such file.
    ///
    /// - Throws: `SkeinError` when it is something else, which must not be overwritten.
    public func earlier() throws(SkeinError) -> BenchReport? {
        guard let json, Files.exists(json) else { return nil }
        do {
            return try BenchReport.read(json)
        } catch {
            throw SkeinError(
                error.code, doing: "adding figures to \(json)", cause: error.cause,
                next: "name another file with --json, or measure everything without --only")
        }
    }

    /// Finds out before anything is measured whether the files can be written.
    public func check() throws(SkeinError) {
        for path in [json, markdown].compactMap({ $0 }) {
            let directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
            guard access(directory, W_OK) != 0 else { continue }
            throw Files.failure(
                directory, doing: "writing \(path)", next: "name a file in a directory that exists and can be written")
        }
    }

    /// The figures first: a document that cannot be written must not cost them.
    public func write(_ report: BenchReport) throws(SkeinError) {
        if let json { try ReportFile.write(report.json, to: json) }
        if let markdown { try ReportFile.write(report.markdown, to: markdown) }
    }
}
