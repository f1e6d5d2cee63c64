public import Basics
import FoundationEssentials

/// What a benchmark measured: the JSON from which the document of figures is written.
public struct BenchReport: Codable, Sendable, Hashable {
    /// One step of the set.
    public struct Part: Codable, Sendable, Hashable {
        public var file: String
        /// One of these.
        public var run: RunReport?
        public var comparison: ComparisonReport?
        public var rest: IdleFigures?
        /// Why there is none.
        public var failure: String?

        public init(
            file: String, run: RunReport? = nil, comparison: ComparisonReport? = nil, rest: IdleFigures? = nil,
            failure: String? = nil
        ) {
            self.file = file
            self.run = run
            self.comparison = comparison
            self.rest = rest
            self.failure = failure
        }
    }

    public var machine: MachineFacts
    /// Seconds since 1970.
    public var started: Double
    public var seconds: Double
    public var parts: [Part]

    public init(machine: MachineFacts, started: Double, seconds: Double, parts: [Part]) {
        self.machine = machine
        self.started = started
        self.seconds = seconds
        self.parts = parts
    }

    public var json: String { ReportJSON.text(self) }

    /// Reads what ``json`` wrote.
    public static func read(_ path: String) throws(SkeinError) -> BenchReport {
        guard let bytes = Files.read(path, limit: ReportLimits.jsonBytes) else {
            throw Files.failure(path, doing: "reading a benchmark")
        }
        return try ReportJSON.value(Data(bytes), from: path, writer: "skein lab bench wrote with --json")
    }
}
