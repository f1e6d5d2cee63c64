public import Basics
import FoundationEssentials

/// What a benchmark measured, in one sitting or in several: the JSON from which the document of figures is written.
public struct BenchReport: Codable, Sendable, Hashable {
    /// One step of the set.
    public struct Part: Codable, Sendable, Hashable {
        /// The step's name, which tells parts apart: `compare/flat-8`.
        public var step: String
        public var file: String
        /// The machine that it was measured on.
        public var machine: MachineFacts
        /// When it was measured, in seconds since 1970, and how long that took.
        public var started: Double
        public var seconds: Double
        /// One of these.
        public var run: RunReport?
        public var comparison: ComparisonReport?
        public var rest: IdleFigures?
        public var random: RandomFigures?
        /// Why there is none; beside figures: why there are no newer ones.
        public var failure: String?

        public init(
            step: String, file: String, machine: MachineFacts, started: Double, seconds: Double = 0,
            run: RunReport? = nil, comparison: ComparisonReport? = nil, rest: IdleFigures? = nil,
            random: RandomFigures? = nil, failure: String? = nil
        ) {
            self.step = step
            self.file = file
            self.machine = machine
            self.started = started
            self.seconds = seconds
            self.run = run
            self.comparison = comparison
            self.rest = rest
            self.random = random
            self.failure = failure
        }

        public var hasFigures: Bool { run != nil || comparison != nil || rest != nil || random != nil }
    }

    /// A sitting that ended before all of its steps were measured, or has not ended yet.
    public struct CutShort: Codable, Sendable, Hashable {
        /// Steps of the sitting that were carried out, of so many.
        public var done: Int
        public var of: Int
        /// The last of them.
        public var after: String
        /// Names of the steps that nobody came to.
        public var missing: [String]

        public init(done: Int, of: Int, after: String, missing: [String]) {
            self.done = done
            self.of = of
            self.after = after
            self.missing = missing
        }

        /// `after step 3 of 22 (run/racks-2x4)`.
        public var place: String { "after step \(done) of \(of) (\(after))" }
    }

    /// The machine of the last sitting.
    public var machine: MachineFacts
    /// The beginning of the first sitting, in seconds since 1970.
    public var started: Double
    /// What all parts took together.
    public var seconds: Double
    /// In the order of the set.
    public var parts: [Part]
    /// Nil when all steps that were asked for were carried out.
    public var cutShort: CutShort?

    enum CodingKeys: String, CodingKey {
        case machine, started, seconds, parts
        case cutShort = "cut_short"
    }

    public init(
        machine: MachineFacts, started: Double, seconds: Double, parts: [Part], cutShort: CutShort? = nil
    ) {
        self.machine = machine
        self.started = started
        self.seconds = seconds
        self.parts = parts
        self.cutShort = cutShort
    }

    public var json: String { ReportJSON.text(self) }

    /// The document of figures.
    public var markdown: String { BenchDocument(report: self).text }

    /// Reads what ``json`` wrote.
    public static func read(_ path: String) throws(SkeinError) -> BenchReport {
        guard let bytes = Files.read(path, limit: ReportLimits.jsonBytes) else {
            throw Files.failure(
                path, doing: "reading a benchmark", next: "give a file that skein lab bench wrote with --json")
        }
        return try ReportJSON.value(Data(bytes), from: path, writer: "skein lab bench wrote with --json")
    }
}
