import Basics

/// Carries out steps one after the other and hands over all that is known after each: what happens to one step, or to the
/// process, costs no other step's figures.
package struct BenchSitting: Sendable {
    private let set: BenchSet
    /// Names of all steps that there are, in order.
    private let order: [String]
    private let machine: MachineFacts
    /// What other sittings measured.
    private let earlier: BenchReport?

    package init(_ set: BenchSet, order: [String], machine: MachineFacts, earlier: BenchReport? = nil) {
        self.set = set
        self.order = order
        self.machine = machine
        self.earlier = earlier
    }

    /// - Parameters:
    ///   - measure: fills the part of a step.
    ///   - store: is given the figures after each step, marked as cut short until all steps are done.
    /// - Throws: `SkeinError` of code `cancelled` when the task is; what failed otherwise is in the report.
    package func run(
        progress: @escaping @Sendable (ExperimentProgress) -> Void = { _ in },
        measure: @Sendable (BenchStep, inout BenchReport.Part) async throws -> Void,
        store: @Sendable (BenchReport) -> Void
    ) async throws -> BenchReport {
        var own = BenchReport(machine: machine, started: Delivery.wall(), seconds: 0, parts: [])
        for (number, step) in set.steps.enumerated() {
            progress(.step("step \(number + 1) of \(set.steps.count): \(step.name): \(step.title)"))
            own.parts.append(try await part(step, progress, measure))
            own.seconds += own.parts.last?.seconds ?? 0
            let missing = set.steps[(number + 1)...].map(\.name)
            own.cutShort =
                missing.isEmpty
                ? nil
                : BenchReport.CutShort(done: number + 1, of: set.steps.count, after: step.name, missing: missing)
            store(whole(own))
        }
        return whole(own)
    }

    private func part(
        _ step: BenchStep, _ progress: (ExperimentProgress) -> Void,
        _ measure: @Sendable (BenchStep, inout BenchReport.Part) async throws -> Void
    ) async throws -> BenchReport.Part {
        let clock = ContinuousClock.now
        var part = BenchReport.Part(step: step.name, file: step.file ?? "", machine: machine, started: Delivery.wall())
        do {
            if Task.isCancelled { throw Self.cancelled }
            try await measure(step, &part)
        } catch {
            let known = error as? SkeinError
            if Task.isCancelled || known?.code == .cancelled { throw known ?? Self.cancelled }
            progress(.warning("\(step.name): \(known.map { "\($0)" } ?? "\(error)")"))
            part.failure = known.map { "\($0.doing): \($0.cause)" } ?? "\(error)"
        }
        part.seconds = (ContinuousClock.now - clock) / .seconds(1)
        part.run = part.run?.summary
        if let results = part.comparison?.results { part.comparison?.results = results.map(\.summary) }
        return part
    }

    private func whole(_ own: BenchReport) -> BenchReport {
        earlier.map { $0.merged(with: own, order: order) } ?? own
    }

    private static let cancelled = SkeinError(.cancelled, doing: "benchmarking", cause: "interrupted")
}
