import Basics
import Glibc

/// Runs a topology file with real peers over an emulated network and measures it: what `skein lab run` does.
public struct Experiment: Sendable {
    let lab: LabRun
    private let control: any LabControl

    public init(lab: LabRun = LabRun(), control: any LabControl) {
        self.lab = lab
        self.control = control
    }

    /// Runs a file as often as asked, each time with a network and stores of its own.
    ///
    /// Whatever happens, also when the task is cancelled, nothing of a run is left, but what ``ExperimentOptions/keep``
    /// asks for.
    /// - Throws: `SkeinError`: `usage` for a bad file, `permission` without root, `resources` when it does not fit.
    public func run(
        file: String, options: ExperimentOptions = ExperimentOptions(),
        progress: @escaping @Sendable (ExperimentProgress) -> Void = { _ in }
    ) async throws -> RunReport {
        let plan = try settle(file: file, options: options)
        progress(.needs(plan.needs.sum(plan.place)))
        var runs: [RunReport] = []
        for number in 1...options.repeats {
            progress(.run(number, of: options.repeats))
            var own = options
            // Only one set of copies is kept, the last.
            if number < options.repeats { own.keep = nil }
            runs.append(
                try await run(plan, options: own, progress: progress))
        }
        guard let report = RunReport.median(of: runs) else {
            throw SkeinError(.internal, doing: plan.doing, cause: "no run was made")
        }
        return report
    }

    /// A file that has been read and fits.
    struct Plan: Sendable {
        let topology: Topology
        let file: String
        let needs: ExperimentNeeds
        let place: ExperimentNeeds.Place
        let doing: String
    }

    /// Reads a file and refuses what cannot be run here, before anything is made.
    func settle(file: String, options: ExperimentOptions) throws -> Plan {
        let topology = try Topology.load(path: file)
        let doing = "running \(topology.name)"
        guard options.repeats >= 1 else {
            throw SkeinError(.usage, doing: doing, cause: "it must be run at least once")
        }
        guard topology.hosts.count >= 2 else {
            throw SkeinError(.usage, doing: doing, cause: "it has one host, so nothing is to be distributed")
        }
        try LabRun.requireRoot(doing: doing)
        let needs = ExperimentNeeds(
            topology: topology, fileBytes: Self.size(of:), keepsCopies: options.keep != nil)
        let place = try needs.place(
            room: room(options), wantsMemory: options.keepsDataInMemory, doing: doing)
        return Plan(topology: topology, file: file, needs: needs, place: place, doing: doing)
    }

    /// What the machine has, or less when a limit is set.
    func room(_ options: ExperimentOptions) -> MachineRoom {
        var room = MachineRoom.current(directory: lab.paths.dataRoot)
        if let limit = options.memoryLimit { room.memoryBytes = min(room.memoryBytes, limit.bytes) }
        return room
    }

    /// Runs once.
    func run(
        _ plan: Plan, options: ExperimentOptions, progress: @escaping @Sendable (ExperimentProgress) -> Void
    ) async throws -> RunReport {
        try await ExperimentRun(
            lab: lab, control: control, topology: plan.topology, file: plan.file,
            name: options.name ?? Self.randomName(), place: plan.place, needs: plan.needs, options: options,
            progress: progress
        ).run()
    }

    /// Something random, so that two runs of one file do not clash; short, since it is part of the paths of sockets.
    static func randomName() -> String {
        var random = SystemRandomNumberGenerator()
        return "run-\(Hex.encode((0..<2).map { _ in UInt8.random(in: 0...255, using: &random) }))"
    }

    static func size(of path: String) -> Int64 {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : 0
    }
}
