public import Basics
import FoundationEssentials

/// A report in a file: of a run or of a comparison, told apart by what is in it.
public enum ReportFile: Sendable {
    case run(RunReport)
    case comparison(ComparisonReport)

    /// Reads a file that `skein lab run`, `simulate` or `compare` wrote.
    public static func read(_ path: String) throws(SkeinError) -> ReportFile {
        guard let bytes = Files.read(path, limit: ReportLimits.jsonBytes) else {
            throw Files.failure(
                path, doing: "reading a report",
                next: "give a file that skein lab run, simulate or compare wrote with --json")
        }
        let data = Data(bytes)
        let shape: Shape = try ReportJSON.value(data, from: path)
        return shape.results == nil
            ? .run(try ReportJSON.value(data, from: path)) : .comparison(try ReportJSON.value(data, from: path))
    }

    /// Writes a page or JSON in full or not at all, readable by everybody.
    public static func write(_ text: String, to path: String) throws(SkeinError) {
        try Files.write(
            text + "\n", to: path, mode: 0o644, doing: "writing a report",
            next: "name a path in a directory that exists and can be written")
    }

    /// One page of all reports: comparisons bring their results.
    public static func page(_ files: [ReportFile], topology: Topology?) -> String {
        if files.count == 1, case .comparison(let comparison)? = files.first {
            return HTMLReport.page(comparison, topology: topology)
        }
        return HTMLReport.page(
            files.flatMap { file in
                switch file {
                case .run(let report): [report]
                case .comparison(let comparison): comparison.results
                }
            }, topology: topology)
    }

    /// Only a comparison has results.
    private struct Shape: Decodable {
        struct Anything: Decodable {}
        let results: [Anything]?
    }
}
