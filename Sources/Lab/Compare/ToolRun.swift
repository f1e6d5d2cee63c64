import Basics
import Glibc

/// One run of one tool: a network of its own without peers, the same images, every copy checked, all taken away.
struct ToolRun: Sendable {
    let lab: LabRun
    let tool: ToolName
    let plan: Experiment.Plan
    let name: String
    let room: MachineRoom
    let options: ExperimentOptions
    /// Skein's run of the same minute: what the bound and the stored bytes are.
    let reference: RunReport
    let progress: @Sendable (ExperimentProgress) -> Void

    private var doing: String { "running \(plan.topology.name) by \(tool.rawValue)" }

    /// Runs; whatever happens, nothing of the lab is left.
    func run() async throws -> RunReport {
        let needs = ToolNeeds(topology: plan.topology, fileBytes: Experiment.size(of:))
        var up = LabOptions()
        up.probes = false
        up.startsPeers = false
        up.keepsDataInMemory = try needs.isInMemory(
            room: room, wantsMemory: options.keepsDataInMemory, doing: doing)
        up.memoryBytes = up.keepsDataInMemory ? needs.storeBytes : nil
        _ = try await lab.up(file: plan.file, name: name, options: up) { progress(.raising($0)) }
        do {
            let report = try await measure(memoryBytes: up.memoryBytes ?? 0)
            await takeAway()
            return report
        } catch {
            await takeAway()
            throw error
        }
    }

    private func takeAway() async {
        let (lab, name, progress) = (lab, name, progress)
        await Task {
            do {
                try await lab.down(name: name)
            } catch {
                progress(.warning("\(error)"))
            }
        }.value
    }

    private func measure(memoryBytes: Int64) async throws -> RunReport {
        let record = try lab.record(of: name, doing: doing)
        let network = Emulation(plan: try NetworkPlan(topology: plan.topology, id: record.id), name: name)
        progress(.step("\(tool.rawValue): making images"))
        let setting = try await ToolImages(lab: lab, record: record, topology: topology, options: options).setting()
        let images = ToolAssembly.images(setting, reference: reference)
        let contender = tool.tool
        try await contender.prepare(setting)
        var processes = ToolProcesses(setting: setting, record: record, doing: doing)
        do {
            progress(.step("\(tool.rawValue): distributing"))
            try processes.start(contender.jobs(setting), logs: lab.paths.state(of: name))
            try await processes.untilReady()
            let delivery = ToolDelivery(
                lab: lab, setting: setting, record: record, network: network, images: images, options: options,
                progress: progress)
            let outcome = try await WarmMemory.keep(memoryBytes) { try await delivery.run(&processes) }
            await processes.end()
            progress(.step("\(tool.rawValue): checking every copy"))
            let copies = try await CopyCheck(images: images) { host, image in
                image.sources.contains(host)
                    ? image.file : "\(setting.hosts[host].directory)/\(image.name).raw"
            }.run(hosts: outcome.watch.survivors)
            return ToolAssembly(
                tool: tool, original: plan.topology, setting: setting, record: record, images: images,
                reference: reference, outcome: outcome, copies: copies
            ).report(reasons: { processes.reason(host: $0) })
        } catch {
            await processes.end()
            throw error
        }
    }

    /// The same network with everybody there from the start: what is started as one cannot take in late hosts.
    private var topology: Topology {
        let all = plan.topology
        return Topology(
            name: all.name, description: all.description, labels: all.labels, addresses: all.addresses,
            sites: all.sites, hosts: all.hosts, sources: all.sources, images: all.images, joins: [], events: all.events)
    }
}
