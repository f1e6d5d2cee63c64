import Basics

/// The measured part of a tool's run: opens the gate, lets the events of the file happen, watches until all are done.
struct ToolDelivery: Sendable {
    let lab: LabRun
    let setting: ToolSetting
    let record: LabRecord
    let network: Emulation
    let images: [RunImage]
    let options: ExperimentOptions
    let progress: @Sendable (ExperimentProgress) -> Void

    /// Between two looks at who is done; the moments themselves are noted by the hosts.
    private static let pause: Duration = .milliseconds(100)
    /// Seconds between two looks at the links and at memory.
    private static let slowLook = 0.5

    func run(_ processes: inout ToolProcesses) async throws -> DeliveryOutcome {
        var watch = RunWatch(topology: setting.topology, images: images)
        let before = try await network.counters()
        watch.start(before)
        let meter = ProcessorMeter()
        let start = processes.letGo()
        try await attend(&watch, &processes)
        let end = watch.awaited.isEmpty ? watch.finished.compactMap { $0 }.max() ?? Delivery.wall() : Delivery.wall()
        let busy = meter.busyShare(until: ProcessorMeter())
        let after = try await network.counters()
        processes.accounting.look()
        processes.reap()
        watch.note(after)
        var warnings: [String] = []
        if let busy, busy > LabLimits.saturatedShare {
            warnings.append(
                "the processors were \(Int(busy * 100)) % busy: the figures say little about the network")
        }
        if !watch.isDone {
            warnings.append("\(watch.awaited.count) hosts were not done when nothing moved any more")
        }
        return DeliveryOutcome(
            start: start, end: end, watch: watch, transfers: record.hosts.map { _ in nil },
            links: Delivery.links(before, after, network.plan),
            processorSeconds: processes.accounting.processorSeconds(),
            peakResidentBytes: processes.accounting.peakResidentBytes, busyShare: busy, warnings: warnings)
    }

    private func attend(_ watch: inout RunWatch, _ processes: inout ToolProcesses) async throws {
        let clock = ContinuousClock.now
        let injector = FaultInjector(lab: lab, topology: setting.topology, record: record, plan: network.plan)
        var waiting = Array(EventPlan(setting.topology, seed: options.seed).entries.enumerated())
        var cuts: [(number: Int, until: Double)] = []
        var lastLook = -1.0
        var lastChange = (seconds: 0.0, bytes: Int64(0), done: 0)
        // Peers that wait for each other chat as well: that is not progress.
        let step = max(65_536, watch.totalNeed / 1000)
        while !watch.isDone {
            try await Task.sleep(for: Self.pause)
            let seconds = (ContinuousClock.now - clock) / .seconds(1)
            if seconds - lastLook >= Self.slowLook {
                watch.note(try await network.counters())
                processes.accounting.look()
                lastLook = seconds
                progress(
                    .moving(
                        seconds: seconds, bytes: watch.totalDelivered, total: watch.totalNeed, done: watch.doneCount,
                        targets: watch.targets))
            }
            for (number, entry) in waiting where watch.hasCome(entry.moment, seconds: seconds) {
                waiting.removeAll { $0.offset == number }
                let what = try await carryOut(entry.action, number, injector, &processes, &watch)
                if case .cut(_, let time?) = entry.action { cuts.append((number, seconds + time / .seconds(1))) }
                progress(.event(seconds: seconds, what))
            }
            for cut in cuts where seconds >= cut.until { try await injector.heal(number: cut.number) }
            cuts.removeAll { seconds >= $0.until }
            processes.reap()
            noteDone(&watch)
            if watch.totalDelivered >= lastChange.bytes + step || watch.doneCount != lastChange.done {
                lastChange = (seconds, watch.totalDelivered, watch.doneCount)
            }
            if seconds - lastChange.seconds > options.patience / .seconds(1) { return }
            if isHopeless(watch, processes) { return }
        }
    }

    private func carryOut(
        _ action: EventPlan.Action, _ number: Int, _ injector: FaultInjector, _ processes: inout ToolProcesses,
        _ watch: inout RunWatch
    ) async throws -> String {
        switch action {
        case .kill(let host):
            processes.kill(host: host)
            watch.killed(host)
        case .stop(let host):
            processes.stop(host: host)
            watch.stopped(host)
        case .cut, .shape: break
        }
        return try await injector.carryOut(action, number: number)
    }

    /// A host is done when its copies of all images are.
    private func noteDone(_ watch: inout RunWatch) {
        for host in watch.awaited {
            var moments: [Double] = []
            let wanted = setting.images.filter { !$0.sources.contains(host) }
            for image in wanted {
                guard let bytes = Files.read(setting.done(image, at: host)) else { break }
                guard let moment = Double(String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }) else {
                    break
                }
                moments.append(moment)
            }
            if moments.count == wanted.count, let last = moments.max() { watch.finished(host, at: last) }
        }
    }

    /// Whether every process that could still make a lacking copy has ended.
    private func isHopeless(_ watch: RunWatch, _ processes: ToolProcesses) -> Bool {
        let awaited = Set(watch.awaited)
        guard !awaited.isEmpty else { return false }
        return !processes.all.contains {
            $0.job.receives != nil && awaited.contains($0.job.host) && $0.status == nil
        }
    }
}
