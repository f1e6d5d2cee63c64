public import Basics

/// Runs a topology file in virtual time: what `skein lab simulate` does.
public struct SimulationRun: Sendable {
    public init() {}

    /// Simulates a file as often as asked, each time with the next seed.
    ///
    /// - Parameters:
    ///   - hosts: copies of the file's sites are added until there are so many; nil: the file as it is.
    ///   - imageSize: the size of every image; nil: as the file says, or 64 MiB from 100,000 hosts on.
    /// - Throws: `SkeinError`: `usage` for a bad file or number, `cancelled`.
    public func run(
        file: String, hosts: Int? = nil, imageSize: ByteCount? = nil, options: SimulationOptions = SimulationOptions(),
        progress: @escaping @Sendable (ExperimentProgress) -> Void = { _ in }
    ) async throws(SkeinError) -> RunReport {
        let topology = try Self.topology(file: file, hosts: hosts, imageSize: imageSize)
        var runs: [RunReport] = []
        for number in 0..<max(1, options.repeats) {
            progress(.run(number + 1, of: options.repeats))
            var own = options
            own.seed = options.seed &+ UInt64(number)
            runs.append(try Self.run(topology, options: own, progress: progress))
        }
        guard let report = RunReport.median(of: runs) else {
            throw SkeinError(.internal, doing: "simulating \(file)", cause: "no run was made")
        }
        return report
    }

    /// The network of a file as it is to be simulated.
    public static func topology(file: String, hosts: Int?, imageSize: ByteCount?) throws(SkeinError) -> Topology {
        var topology = try Topology.load(path: file)
        let doing = "simulating \(topology.name)"
        if let hosts {
            guard hosts >= topology.hosts.count, hosts <= LabLimits.hosts else {
                throw SkeinError(
                    .usage, doing: doing,
                    cause:
                        "\(hosts) hosts: the file has \(topology.hosts.count), and at most \(LabLimits.hosts) are possible"
                )
            }
            topology = topology.scaled(toHosts: hosts)
        }
        guard topology.hosts.count >= 2 else {
            throw SkeinError(.usage, doing: doing, cause: "it has one host, so nothing is to be distributed")
        }
        if let size = imageSize ?? (topology.hosts.count >= 100_000 ? ByteCount(bytes: 64 << 20) : nil) {
            guard size.bytes > 0, size.bytes <= FormatLimits.partBytes else {
                throw SkeinError(
                    .usage, doing: doing, cause: "an image has from 1 B to \(ByteCount(bytes: FormatLimits.partBytes))")
            }
            topology = topology.withImages(of: size)
        }
        guard !topology.images.isEmpty else {
            throw SkeinError(
                .usage, doing: doing, cause: "it has no image, so nothing is to be distributed",
                next: "add image: {size: 64MiB} to the file, or give --size")
        }
        return topology
    }

    /// One run of a topology.
    public static func run(
        _ topology: Topology, options: SimulationOptions,
        progress: @escaping @Sendable (ExperimentProgress) -> Void = { _ in }
    ) throws(SkeinError) -> RunReport {
        let clock = ContinuousClock.now
        let simulation = try Simulation(
            topology, parameters: options.parameters, options: options, progress: progress)
        try simulation.run()
        return simulation.report(wall: (ContinuousClock.now - clock) / .seconds(1))
    }

    /// Only membership, the plan and the bound of a topology: what a very large network needs before bytes move.
    public static func plan(
        _ topology: Topology, options: SimulationOptions,
        progress: @escaping @Sendable (ExperimentProgress) -> Void = { _ in }
    ) throws(SkeinError) -> SimulatedPlan {
        let clock = ContinuousClock.now
        let simulation = try Simulation(
            topology, parameters: options.parameters, options: options, progress: progress)
        try simulation.startGossip()
        let planning = ContinuousClock.now
        var depth = 0
        for (number, image) in topology.images.enumerated() {
            progress(.step("planning \(image.name)"))
            let targets = topology.hosts.indices.filter {
                !image.sources.contains($0) && simulation.hosts[$0].isRunning
            }
            depth = max(depth, simulation.order(number, from: image.sources[0], at: targets))
        }
        let bounds = topology.bounds(
            storedBytes: simulation.storedBytes, goodputShare: options.parameters.goodputShare,
            unshapedRate: options.parameters.unshapedRate)
        let end = ContinuousClock.now
        return SimulatedPlan(
            name: topology.name, hosts: topology.hosts.count, bound: bounds.compactMap { $0 }.max(), depth: depth,
            planning: (end - planning) / .seconds(1), traceHash: simulation.trace.text, seed: options.seed,
            simulation: simulation.figures(wall: (end - clock) / .seconds(1)))
    }
}
