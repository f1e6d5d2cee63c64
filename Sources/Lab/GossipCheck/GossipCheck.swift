import Basics

/// Measures gossip of real peers over an emulated network against its bars: what `skein lab check-gossip` does.
public struct GossipCheck: Sendable {
    private let lab: LabRun
    private let control: any GossipControl

    public init(lab: LabRun = LabRun(), control: any GossipControl) {
        self.lab = lab
        self.control = control
    }

    /// Raises a lab for each part, measures and takes it away, whatever happens, also when the task is cancelled.
    ///
    /// - Throws: `SkeinError`: `usage` for a bad file, `permission` without root, `cancelled`.
    public func run(
        file: String, options: GossipCheckOptions = GossipCheckOptions(),
        progress: @escaping @Sendable (ExperimentProgress) -> Void = { _ in }
    ) async throws -> GossipCheckReport {
        let doing = "checking gossip"
        let topology = try Topology.load(path: file)
        guard topology.hosts.count >= 3 else {
            throw SkeinError(.usage, doing: doing, cause: "\(file) has fewer than 3 hosts")
        }
        try LabRun.requireRoot(doing: doing)
        var report = GossipCheckReport(topology: topology.name, peers: topology.hosts.count)
        for part in GossipCheckOptions.Part.allCases where options.parts.contains(part) {
            report.figures += try await run(part, file, options, progress)
        }
        return report
    }

    private func run(
        _ part: GossipCheckOptions.Part, _ file: String, _ options: GossipCheckOptions,
        _ progress: @escaping @Sendable (ExperimentProgress) -> Void
    ) async throws -> [GossipCheckReport.Figure] {
        let name = Experiment.randomName()
        var raising = LabOptions()
        raising.keepsDataInMemory = true
        raising.opensGate = false
        raising.dropsUDP = part == .blocked
        _ = try await lab.up(file: file, name: name, options: raising) { progress(.raising($0)) }
        let figures: Result<[GossipCheckReport.Figure], any Error>
        do {
            let checked = try CheckedLab(lab: lab, control: control, name: name)
            let run = GossipCheckRun(checked: checked, options: options, progress: progress)
            switch part {
            case .open: figures = .success(try await run.open())
            case .blocked: figures = .success(try await run.blocked())
            }
        } catch {
            figures = .failure(error)
        }
        // Taking away must not be cut short by the cancellation that may have brought us here.
        let lab = lab
        try await Task { _ = try await lab.down(name: name) }.value
        return try figures.get()
    }
}

extension LabRun {
    /// Drops all UDP in every host of a lab, or lets it through again.
    func dropUDP(_ isDropped: Bool, lab name: String) async throws(SkeinError) {
        let record = try record(of: name, doing: "changing what UDP does")
        let block = UDPBlock(namespaces: record.hosts.map(\.namespace))
        if isDropped { try await block.raise() } else { try await block.lift() }
    }
}
