import Basics

/// Measures a fixed set of topologies: what `skein lab bench` and `make bench` do.
public struct Bench: Sendable {
    private let lab: LabRun
    private let control: any LabControl
    /// The directory with the topology files.
    private let topologies: String

    public init(lab: LabRun = LabRun(), control: any LabControl, topologies: String) {
        self.lab = lab
        self.control = control
        self.topologies = topologies
    }

    /// Runs the standard set. A step that fails is part of the report, so that the others are not lost.
    ///
    /// - Throws: `SkeinError`: `notFound` when a file of the set is missing, `permission` without root, `cancelled`.
    public func run(
        version: String, progress: @escaping @Sendable (ExperimentProgress) -> Void = { _ in }
    ) async throws -> BenchReport {
        let set = BenchSet.standard
        try LabRun.requireRoot(doing: "benchmarking")
        for step in set.steps { _ = try Topology.load(path: path(step)) }
        let clock = ContinuousClock.now
        var report = BenchReport(
            machine: MachineFacts.current(skein: version), started: Delivery.wall(), seconds: 0, parts: [])
        for (number, step) in set.steps.enumerated() {
            progress(.step("step \(number + 1) of \(set.steps.count): \(step.title)"))
            do {
                report.parts.append(try await measure(step, version: version, progress: progress))
            } catch let error as SkeinError where error.code != .cancelled && !Task.isCancelled {
                progress(.warning("\(step.file): \(error)"))
                report.parts.append(BenchReport.Part(file: step.file, failure: "\(error.doing): \(error.cause)"))
            }
        }
        report.seconds = (ContinuousClock.now - clock) / .seconds(1)
        return report
    }

    private func path(_ step: BenchSet.Step) -> String { "\(topologies)/\(step.file)" }

    private func measure(
        _ step: BenchSet.Step, version: String, progress: @escaping @Sendable (ExperimentProgress) -> Void
    ) async throws -> BenchReport.Part {
        var part = BenchReport.Part(file: step.file)
        var options = ExperimentOptions()
        switch step {
        case .run(_, let repeats):
            options.repeats = repeats
            part.run = try await Experiment(lab: lab, control: control)
                .run(file: path(step), options: options, progress: progress)
        case .compare(_, let tools, let repeats):
            options.repeats = repeats
            part.comparison = try await Comparison(lab: lab, control: control)
                .run(file: path(step), tools: tools, options: options, version: version, progress: progress)
        case .simulate(_, let repeats, let hosts, let mebibytes):
            var simulation = SimulationOptions()
            simulation.repeats = repeats
            part.run = try await SimulationRun().run(
                file: path(step), hosts: hosts, imageSize: mebibytes.map { ByteCount(bytes: $0 << 20) },
                options: simulation, progress: progress)
        case .rest:
            part.rest = try await rest(path(step), progress)
        }
        return part
    }

    private func rest(
        _ file: String, _ progress: @escaping @Sendable (ExperimentProgress) -> Void
    ) async throws -> IdleFigures {
        let name = Experiment.randomName()
        let control = control
        var options = LabOptions()
        options.keepsDataInMemory = true
        options.peersAlive = { try await control.peersAlive(socket: $0) }
        let clock = ContinuousClock.now
        _ = try await lab.up(file: file, name: name, options: options) { progress(.raising($0)) }
        let upSeconds = (ContinuousClock.now - clock) / .seconds(1)
        let figures: Result<IdleFigures, any Error>
        do {
            progress(.step("watching the peers until they are at rest"))
            figures = .success(try await lab.rest(lab: name, upSeconds: upSeconds))
        } catch {
            figures = .failure(error)
        }
        // Taking away must not be cut short by the cancellation that may have brought us here.
        let lab = lab
        try await Task { _ = try await lab.down(name: name) }.value
        return try figures.get()
    }
}

extension BenchReport {
    /// The document of figures.
    public var markdown: String { BenchDocument(report: self).text }
}
