/// How far the simulator is off: the JSON of `skein lab calibrate`.
public struct CalibrationReport: Codable, Sendable, Hashable {
    /// One topology file, emulated and simulated.
    public struct Row: Codable, Sendable, Hashable {
        /// The topology's name.
        public var name: String
        public var hosts: Int
        /// Whether the parameters were fitted on it; the others judge them.
        public var isFitted: Bool
        /// Whether the machine was saturated while it was emulated: neither fitted nor counted then.
        public var isSaturated: Bool
        /// Seconds, medians over the runs.
        public var emulated: Times
        /// Seconds; nil when no simulated host was done.
        public var simulated: Times?
        /// Simulated over emulated, less 1: 0.05 is five percent too long.
        public var error: Times?
        /// The same with the parameters before the fit.
        public var errorBefore: Times?

        enum CodingKeys: String, CodingKey {
            case name, hosts, emulated, simulated, error
            case isFitted = "fitted"
            case isSaturated = "saturated"
            case errorBefore = "error_before"
        }
    }

    /// When half of the hosts were done, and when the last was.
    public struct Times: Codable, Sendable, Hashable {
        public var p50: Double
        public var last: Double
    }

    /// The errors of one set of files, without signs.
    public struct Summary: Codable, Sendable, Hashable {
        public var files: Int
        public var medianP50: Double
        public var worstP50: Double
        public var medianLast: Double
        public var worstLast: Double

        enum CodingKeys: String, CodingKey {
            case files
            case medianP50 = "median_p50"
            case worstP50 = "worst_p50"
            case medianLast = "median_last"
            case worstLast = "worst_last"
        }

        /// Nil when there is no such row that counts.
        init?(_ rows: [Row]) {
            let errors = rows.filter { !$0.isSaturated }.compactMap(\.error)
            guard let medianP50 = Median.of(errors.map { abs($0.p50) }),
                let medianLast = Median.of(errors.map { abs($0.last) })
            else { return nil }
            files = errors.count
            self.medianP50 = medianP50
            self.medianLast = medianLast
            worstP50 = errors.map { abs($0.p50) }.max() ?? 0
            worstLast = errors.map { abs($0.last) }.max() ?? 0
        }
    }

    public var machine: MachineFacts
    /// Seconds since 1970.
    public var started: Double
    public var rows: [Row]
    /// With which simulations are nearest to the emulation of the fitted files.
    public var parameters: SimulationParameters
    /// How many parameters were tried.
    public var trials: Int

    public var fitted: Summary? { Summary(rows.filter(\.isFitted)) }
    public var heldOut: Summary? { Summary(rows.filter { !$0.isFitted }) }

    public var json: String { ReportJSON.text(self) }

    /// For a terminal.
    public var lines: [String] {
        var columns = TextColumns(
            ["FILE", "HOSTS", "SET", "P50", "SIMULATED", "OFF", "LAST", "SIMULATED", "OFF", "BEFORE"],
            numeric: [1, 3, 4, 5, 6, 7, 8, 9])
        for row in rows {
            columns.add([
                row.name, "\(row.hosts)", row.isSaturated ? "saturated" : row.isFitted ? "fitted" : "held out",
                ReportFigures.seconds(row.emulated.p50), ReportFigures.seconds(row.simulated?.p50),
                Self.signed(row.error?.p50), ReportFigures.seconds(row.emulated.last),
                ReportFigures.seconds(row.simulated?.last), Self.signed(row.error?.last),
                Self.signed(row.errorBefore?.last),
            ])
        }
        return columns.lines + [Self.line("fitted", fitted), Self.line("held out", heldOut)].compactMap { $0 }
    }

    private static func line(_ name: String, _ summary: Summary?) -> String? {
        guard let summary else { return nil }
        return "\(name): \(ReportFigures.count(summary.files, "file", "files")), off at the median "
            + "\(ReportFigures.percent(summary.medianP50, digits: 1)) (p50) and "
            + "\(ReportFigures.percent(summary.medianLast, digits: 1)) (last), at most "
            + "\(ReportFigures.percent(summary.worstP50, digits: 1)) and "
            + "\(ReportFigures.percent(summary.worstLast, digits: 1))"
    }

    private static func signed(_ share: Double?) -> String {
        guard let share, share.isFinite else { return ReportFigures.unknown }
        return (share > 0 ? "+" : "") + ReportFigures.percent(share, digits: 1)
    }
}
