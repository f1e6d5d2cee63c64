import Basics

/// Emulates and simulates the same files and fits the simulator on half of them: what `skein lab calibrate` does.
public struct Calibration: Sendable {
    /// How a calibration is made.
    public struct Options: Sendable {
        /// How files are emulated that have no report yet.
        public var experiment = ExperimentOptions()
        /// JSON that `skein lab run` wrote; their files are not emulated again.
        public var reports: [String] = []
        /// Where the reports of files that are emulated are left, to be given as ``reports``.
        public var keep: String?
        /// Where the search begins.
        public var parameters = SimulationParameters()
        /// Nothing is fitted: the errors of the parameters as they are.
        public var onlyChecks = false

        public init() {}
    }

    private let experiment: Experiment

    public init(lab: LabRun = LabRun(), control: any LabControl) {
        experiment = Experiment(lab: lab, control: control)
    }

    /// Fits on every second file, the first among them, and judges by the others.
    ///
    /// - Throws: `SkeinError`: `usage` for fewer than two files or bad ones, what `skein lab run` throws, `cancelled`.
    public func run(
        files: [String], options: Options, version: String,
        progress: @escaping @Sendable (ExperimentProgress) -> Void = { _ in }
    ) async throws -> CalibrationReport {
        let doing = "calibrating the simulator"
        guard files.count >= 2 else {
            throw SkeinError(
                .usage, doing: doing, cause: "one half of the files is fitted and the other judges: there must be two",
                next: "give more topology files")
        }
        let topologies = try files.map { file throws(SkeinError) in
            try SimulationRun.topology(file: file, hosts: nil, imageSize: nil)
        }
        if let twice = topologies.enumerated().first(where: { number, topology in
            topologies[..<number].contains { $0.name == topology.name }
        }) {
            throw SkeinError(
                .usage, doing: doing,
                cause: "two files have the name \(twice.element.name): what was fitted must not judge itself",
                next: "give each file once")
        }
        let started = Delivery.wall()
        let known = try reports(options.reports, topologies)
        var cases: [CalibrationCase] = []
        for (number, (file, topology)) in zip(files, topologies).enumerated() {
            progress(.step("file \(number + 1) of \(files.count): \(topology.name)"))
            let report =
                if let report = known[topology.name] { report } else {
                    try await experiment.run(file: file, options: options.experiment, progress: progress)
                }
            if let directory = options.keep, known[topology.name] == nil {
                try Files.makeDirectory(directory, mode: 0o755, doing: doing)
                try ReportFile.write(report.json, to: "\(directory)/\(topology.name).json")
            }
            cases.append(CalibrationCase(topology: topology, report: report))
            if cases[number].isSaturated {
                progress(
                    .warning("\(topology.name): the machine was saturated, so it is neither fitted nor counted"))
            }
        }
        let fitted = cases.enumerated().filter { $0.offset.isMultiple(of: 2) && !$0.element.isSaturated }.map(\.element)
        guard options.onlyChecks || fitted.contains(where: { $0.emulated != nil }) else {
            throw SkeinError(
                .resources, doing: doing, cause: "no file that is to be fitted was emulated on a machine with room",
                next: "give files with fewer hosts or lower rates")
        }
        let fit = try await self.fit(fitted, options, progress)
        progress(.step("simulating every file with what was found"))
        let rows = try await rows(cases, before: options.parameters, after: fit.parameters)
        return CalibrationReport(
            machine: MachineFacts.current(skein: version), started: started, rows: rows, parameters: fit.parameters,
            trials: fit.trials)
    }

    /// The reports by the names of their topologies; each must be an emulated run of skein of one of the files.
    private func reports(_ paths: [String], _ topologies: [Topology]) throws(SkeinError) -> [String: RunReport] {
        var reports: [String: RunReport] = [:]
        for path in paths {
            let doing = "reading \(path)"
            guard case .run(let report) = try ReportFile.read(path), report.kind == .emulated else {
                throw SkeinError(
                    .usage, doing: doing, cause: "it is no report of an emulated run",
                    next: "give what skein lab run wrote with --json")
            }
            guard let topology = topologies.first(where: { $0.name == report.name }),
                topology.hosts.count == report.hosts
            else {
                throw SkeinError(
                    .usage, doing: doing,
                    cause: "it is of \(report.name) with \(report.hosts) hosts, which is none of the files",
                    next: "name its topology file as well")
            }
            reports[report.name] = report
        }
        return reports
    }

    private func fit(
        _ cases: [CalibrationCase], _ options: Options, _ progress: @escaping @Sendable (ExperimentProgress) -> Void
    ) async throws -> ParameterFit {
        var start = options.parameters
        if options.onlyChecks { return ParameterFit(from: start, cost: 0) }
        // Measured in the same runs, so it is not searched for.
        if let share = Median.of(cases.flatMap { $0.runs.compactMap(\.goodputShare) }) {
            start.goodputShare = min(1, share)
        }
        var fit = ParameterFit(from: start, cost: try await Self.cost(cases, start))
        try await fit.run { name, cost in
            progress(.step("fitting \(name): \(ReportFigures.percent(cost, digits: 2)) off"))
        } evaluate: { parameters in
            try await Self.cost(cases, parameters)
        }
        return fit
    }

    /// How far simulations of some files are off on average; 0.05 is about five percent. Not the squares: one file with an
    /// effect that is not modelled would spoil the parameters for all others.
    static func cost(_ cases: [CalibrationCase], _ parameters: SimulationParameters) async throws -> Double {
        let distances: [Double] = try await all(cases) { one in
            guard let emulated = one.emulated else { return 0 }
            guard let simulated = try one.simulated(parameters) else { return 100 }
            return simulated.distance(from: emulated)
        }
        try Task.checkCancellation()
        return distances.reduce(0, +) / Double(max(1, distances.count))
    }

    private func rows(
        _ cases: [CalibrationCase], before: SimulationParameters, after: SimulationParameters
    ) async throws -> [CalibrationReport.Row] {
        let indexed = Array(cases.enumerated())
        return try await Self.all(indexed) { number, one in
            guard let emulated = one.emulated else {
                throw SkeinError(
                    .partial, doing: "calibrating with \(one.topology.name)",
                    cause: "no host was done when it was emulated")
            }
            let simulated = try one.simulated(after)
            let error = simulated.map { $0.errors(against: emulated) }
            let errorBefore = try one.simulated(before).map { $0.errors(against: emulated) }
            return CalibrationReport.Row(
                name: one.topology.name, hosts: one.topology.hosts.count, isFitted: number.isMultiple(of: 2),
                isSaturated: one.isSaturated, emulated: .init(p50: emulated.p50, last: emulated.last),
                simulated: simulated.map { .init(p50: $0.p50, last: $0.last) },
                error: error.map { .init(p50: $0.p50, last: $0.last) },
                errorBefore: errorBefore.map { .init(p50: $0.p50, last: $0.last) })
        }
    }

    /// The same work for several, side by side, with the answers in their order.
    private static func all<Item: Sendable, Answer: Sendable>(
        _ items: [Item], _ work: @escaping @Sendable (Item) throws -> Answer
    ) async throws -> [Answer] {
        try await withThrowingTaskGroup(of: (Int, Answer).self) { group in
            for (number, item) in items.enumerated() { group.addTask { (number, try work(item)) } }
            var answers = [Answer?](repeating: nil, count: items.count)
            for try await (number, answer) in group { answers[number] = answer }
            return answers.compactMap { $0 }
        }
    }
}
