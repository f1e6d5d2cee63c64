import Basics
import Glibc

/// One run of an experiment: raises the lab, installs the images everywhere, checks every copy, takes all away.
struct ExperimentRun: Sendable {
    let lab: LabRun
    let control: any LabControl
    let topology: Topology
    let file: String
    let name: String
    let place: ExperimentNeeds.Place
    let needs: ExperimentNeeds
    let options: ExperimentOptions
    let progress: @Sendable (ExperimentProgress) -> Void

    /// Runs; whatever happens, nothing of the lab is left.
    func run() async throws -> RunReport {
        let start = ContinuousClock.now
        var up = LabOptions()
        // Their bursts would be in the relay that is measured, and in the transfer.
        up.probes = false
        up.tellsRates = true
        up.keepsDataInMemory = place != .disk
        up.keepsCopiesOnDisk = place == .copiesOnDisk
        up.memoryBytes = place == .disk ? nil : needs.memoryBytes(place)
        up.absent = Set(topology.joins.map(\.host))
        let control = control
        up.peersAlive = { try await control.peersAlive(socket: $0) }
        let status = try await lab.up(file: file, name: name, options: up) { progress(.raising($0)) }
        let upSeconds = (ContinuousClock.now - start) / .seconds(1)
        do {
            for note in status.notes { progress(.warning(note)) }
            var report = try await measure(upSeconds: upSeconds)
            report.warnings = status.notes + report.warnings
            await takeAway()
            return report
        } catch {
            await takeAway()
            throw error
        }
    }

    private func takeAway() async {
        // What is stopped cannot end by itself.
        for host in lab.registry.read(name)?.hosts ?? [] {
            if let process = host.process, LabRun.isRunning(process, host.namespace) { _ = kill(process, SIGCONT) }
        }
        let (lab, name, progress) = (lab, name, progress)
        await Task {
            do {
                try await lab.down(name: name)
            } catch {
                progress(.warning("\(error)"))
            }
        }.value
    }

    private func measure(upSeconds: Double) async throws -> RunReport {
        let record = try lab.record(of: name, doing: "running \(name)")
        let network = Emulation(plan: try NetworkPlan(topology: topology, id: record.id), name: name)
        let watch = options.idleWatch ?? .seconds(record.hosts.count >= 100 ? 5 : 3)
        progress(.step("watching the peers at rest for \(watch / .seconds(1)) s"))
        let idle = try await lab.rest(lab: name, watching: watch, upSeconds: upSeconds)
        progress(.step("measuring a plain TCP relay over the same links"))
        var warnings: [String] = []
        var relay: RelayMeasurement?
        do {
            relay = try await RelayMeasurement.take(lab: name, of: lab, topology: topology)
        } catch {
            try Task.checkCancellation()
            warnings.append("no relay was measured (\(error.cause)), so the bound is that of the declared rates")
        }
        let images = try await ImagePreparation(
            lab: lab, control: control, topology: topology, record: record, options: options, progress: progress
        ).prepare()
        // Before some of them die.
        let peers = try await control.peers(socket: record.hosts[images[0].sources[0]].socket)
        let delivery = Delivery(
            lab: lab, control: control, topology: topology, record: record, network: network, images: images,
            options: options, progress: progress)
        if place != .disk { progress(.step("touching the memory that the run will use")) }
        let outcome = try await WarmMemory.keep(needs.storedMemoryBytes(place)) { try await delivery.run() }
        progress(.step("checking every copy"))
        let lab = lab
        let copies = try await CopyCheck(images: images) { CopyCheck.path(lab, record, $0, $1) }
            .run(hosts: outcome.watch.survivors)
        if let directory = options.keep {
            progress(.step("keeping every copy in \(directory)"))
            try await CopyKeeper(directory: directory, lab: lab, record: record, images: images).keep(outcome)
        }
        var report = RunAssembly(
            topology: topology, record: record, images: images, relay: relay, outcome: outcome, copies: copies,
            peers: peers
        ).report()
        report.idle = idle
        report.seed = options.seed
        report.warnings = warnings + report.warnings
        return report
    }
}
