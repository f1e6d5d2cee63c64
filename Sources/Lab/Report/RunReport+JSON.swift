public import Basics
import FoundationEssentials

extension RunReport {
    /// The report as indented JSON; the same report gives the same bytes.
    public var json: String { ReportJSON.text(self) }

    public init(json: some StringProtocol, from file: String = "a report") throws(SkeinError) {
        self = try ReportJSON.value(Data(json.utf8), from: file)
    }
}

extension ComparisonReport {
    /// The report as indented JSON; the same report gives the same bytes.
    public var json: String { ReportJSON.text(self) }

    public init(json: some StringProtocol, from file: String = "a report") throws(SkeinError) {
        self = try ReportJSON.value(Data(json.utf8), from: file)
    }
}
