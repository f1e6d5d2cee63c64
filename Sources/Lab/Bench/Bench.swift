public import Basics

/// Measures a fixed set of topologies: what `skein lab bench` and `make bench` do.
public struct Bench: Sendable {
    private let lab: LabRun
    private let control: any LabControl
    /// The directory with the topology files.
    private let topologies: String
    private let set: BenchSet

    /// - Parameters:
    ///   - only: patterns of the names of steps; all steps when there is none.
    ///   - repeats: how often each step is repeated; nil: as the set says.
    /// - Throws: `SkeinError` of code `usage` for a pattern that names no step.
    public init(
        lab: LabRun = LabRun(), control: any LabControl, topologies: String, only: [String] = [], repeats: Int? = nil
    ) throws(SkeinError) {
        self.lab = lab
        self.control = control
        self.topologies = topologies
        let set = try BenchSet.standard.only(only)
        self.set = repeats.map { count in BenchSet(steps: set.steps.map { $0.repeated(count) }) } ?? set
    }

    /// Runs the steps. One that fails is part of the report, so that the others are not lost.
    ///
    /// - Parameters:
    ///   - earlier: figures of other sittings, which stay where a step is not measured again.
    ///   - store: is given all figures after each step.
    /// - Throws: `SkeinError`: `notFound` when a file of the set is missing, `permission` without root, `cancelled`.
    public func run(
        version: String, earlier: BenchReport? = nil,
        progress: @escaping @Sendable (ExperimentProgress) -> Void = { _ in },
        store: @escaping @Sendable (BenchReport) -> Void = { _ in }
    ) async throws -> BenchReport {
        if set.steps.contains(where: \.isEmulated) { try LabRun.requireRoot(doing: "benchmarking") }
        for step in set.steps { try check(step) }
        let sitting = BenchSitting(
            set, order: BenchSet.standard.steps.map(\.name), machine: MachineFacts.current(skein: version),
            earlier: earlier)
        return try await sitting.run(
            progress: progress,
            measure: { try await measure($0, into: &$1, version: version, progress: progress) }, store: store)
    }

    /// What failed in a report of the steps that were run, as lines for people.
    public func failures(in report: BenchReport) -> [String] {
        let names = Set(set.steps.map(\.name))
        return report.parts.filter { names.contains($0.step) }
            .compactMap { part in part.failure.map { "\(part.step): \($0)" } }
    }

    private func path(_ file: String) -> String { "\(topologies)/\(file)" }

    private func check(_ step: BenchStep) throws(SkeinError) {
        guard let file = step.file else { return }
        do {
            _ = try Topology.load(path: path(file))
        } catch {
            guard error.code == .notFound || error.code == .permission else { throw error }
            throw SkeinError(
                error.code, doing: "benchmarking \(step.name)", cause: "\(path(file)): \(error.cause)",
                next: "give the directory of the topology files: skein lab bench DIRECTORY")
        }
    }

    private func measure(
        _ step: BenchStep, into part: inout BenchReport.Part, version: String,
        progress: @escaping @Sendable (ExperimentProgress) -> Void
    ) async throws {
        var options = ExperimentOptions()
        switch step {
        case .run(let file, let repeats):
            options.repeats = repeats
            part.run = try await Experiment(lab: lab, control: control)
                .run(file: path(file), options: options, progress: progress)
        case .compare(let file, let tools, let repeats):
            options.repeats = repeats
            part.comparison = try await Comparison(lab: lab, control: control)
                .run(file: path(file), tools: tools, options: options, version: version, progress: progress)
        case .simulate(let file, let repeats, let hosts, let mebibytes):
            var simulation = SimulationOptions()
            simulation.repeats = repeats
            // Membership of so many takes more time and memory than the image, and no part in how long that takes.
            if let hosts, hosts > SimulationLimits.gossipPeers { simulation.gossip = .off }
            part.run = try await SimulationRun().run(
                file: path(file), hosts: hosts, imageSize: mebibytes.map { ByteCount(bytes: $0 << 20) },
                options: simulation, progress: progress)
        case .random(let networks):
            part.random = try await RandomFigures(
                RandomSweep.run(
                    seeds: 1..<UInt64(networks) + 1, kind: nil, most: RandomTopology.usualHosts,
                    parallel: MachineFacts.current(skein: version).processors,
                    options: RandomSweep.options()))
        case .rest(let file):
            part.rest = try await rest(path(file), progress)
        }
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
