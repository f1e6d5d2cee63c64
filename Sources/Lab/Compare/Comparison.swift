import Basics

/// The same bytes over the same network by skein and by other tools: what `skein lab compare` does.
///
/// Every run has a network of its own, so that nothing of one is left for the next; skein and the tools take turns.
public struct Comparison: Sendable {
    private let lab: LabRun
    private let experiment: Experiment

    public init(lab: LabRun = LabRun(), control: any LabControl) {
        self.lab = lab
        experiment = Experiment(lab: lab, control: control)
    }

    /// Runs a file by skein and by those of the tools that are installed.
    ///
    /// Whatever happens, also when the task is cancelled, nothing is left. A tool that does not finish is part of the
    /// report; so is one that could not be started, as skipped.
    /// - Parameter version: of skein, for the report.
    /// - Throws: `SkeinError`: `usage` for a bad file, `permission` without root, `resources` when it does not fit.
    public func run(
        file: String, tools: [ToolName], options: ExperimentOptions, version: String,
        progress: @escaping @Sendable (ExperimentProgress) -> Void = { _ in }
    ) async throws -> ComparisonReport {
        let plan = try experiment.settle(file: file, options: options)
        progress(.needs(plan.needs.sum(plan.place)))
        var skipped: [ComparisonReport.Skipped] = []
        var able: [ToolName] = []
        for tool in tools {
            if let lack = await tool.tool.lack() {
                progress(.warning("\(tool.rawValue) is left out: \(lack)"))
                skipped.append(ComparisonReport.Skipped(tool: tool.rawValue, reason: lack))
            } else {
                able.append(tool)
            }
        }
        var own: [RunReport] = []
        var others: [ToolName: [RunReport]] = [:]
        for number in 1...options.repeats {
            progress(.run(number, of: options.repeats))
            progress(.step("skein"))
            let skein = try await experiment.run(plan, options: options, progress: progress)
            own.append(skein)
            for tool in able {
                do {
                    let run = ToolRun(
                        lab: lab, tool: tool, plan: plan, name: options.name ?? Experiment.randomName(),
                        room: experiment.room(options), options: options, reference: skein, progress: progress)
                    others[tool, default: []].append(try await run.run())
                } catch let error as SkeinError where error.code != .cancelled && !Task.isCancelled {
                    // A tool that does not even start says nothing about the others.
                    progress(.warning("\(tool.rawValue): \(error)"))
                    skipped.append(
                        ComparisonReport.Skipped(tool: tool.rawValue, reason: "run \(number): \(error.cause)"))
                }
            }
        }
        let results = [RunReport.median(of: own)] + able.map { RunReport.median(of: others[$0] ?? []) }
        return ComparisonReport(
            name: plan.topology.name, description: plan.topology.description,
            machine: MachineFacts.current(skein: version), results: results.compactMap { $0 }, skipped: skipped)
    }
}
