import Basics
import Glibc

/// The timed part of a run: asks for the install, lets events happen, and watches until everybody is done.
struct Delivery: Sendable {
    let lab: LabRun
    let control: any LabControl
    let topology: Topology
    let record: LabRecord
    let network: Emulation
    let images: [RunImage]
    let options: ExperimentOptions
    let progress: @Sendable (ExperimentProgress) -> Void

    /// Between two looks at the links.
    private static let pause: Duration = .milliseconds(250)
    /// Counters are read this often while no event waits for a share of the bytes.
    private static let slowLook = 1.0
    /// A peer that may be done is asked this often, and any peer now and then.
    private static let askAgain = 0.5
    private static let askAnyway = 10.0
    /// Peers asked at the same time.
    private static let parallelAsks = 8

    func run() async throws -> DeliveryOutcome {
        var watch = RunWatch(topology: topology, images: images)
        let before = try await network.counters()
        watch.start(before)
        var costs = RunCosts(processes: record.hosts.map(\.process))
        let meter = ProcessorMeter()
        let clock = ContinuousClock.now
        let start = Self.wall()
        let pushes = startPushes()
        let joins = startJoins(clock)
        defer { for task in pushes + joins { task.cancel() } }
        do {
            try await attend(&watch, &costs, clock: clock, start: start)
        } catch {
            for task in pushes + joins { task.cancel() }
            throw error
        }
        let end = watch.awaited.isEmpty ? watch.finished.compactMap { $0 }.max() ?? Self.wall() : Self.wall()
        let after = try await network.counters()
        costs.finish()
        let busy = meter.busyShare(until: ProcessorMeter())
        var warnings: [String] = []
        if let busy, busy > LabLimits.saturatedShare {
            warnings.append(
                "the processors were \(Int(busy * 100)) % busy: the figures say little about the network")
        }
        if !watch.isDone {
            warnings.append(
                "\(watch.awaited.count) hosts were not done when nothing had moved for "
                    + "\(Int(options.patience / .seconds(1))) s")
        }
        return DeliveryOutcome(
            start: start, end: end, watch: watch, transfers: await allTransfers(watch),
            links: Self.links(before, after, network.plan), processorSeconds: costs.processorSeconds,
            peakResidentBytes: costs.peakResidentBytes, busyShare: busy, warnings: warnings)
    }

    // MARK: Asking for the install

    private func startPushes() -> [Task<Void, Never>] {
        let late = Set(topology.joins.map(\.host))
        return images.map { image in
            let hosts = topology.hosts.indices.filter { !image.sources.contains($0) && !late.contains($0) }
            let (control, names) = (control, hosts.map { record.hosts[$0].name })
            let socket = record.hosts[image.sources[0]].socket
            // What becomes of it is seen at the peers: this one may die as well.
            return Task { try? await control.push(socket: socket, image: image.label.image, hosts: names) }
        }
    }

    /// Starts late hosts at their time and asks a holder to install there, until one can.
    private func startJoins(_ clock: ContinuousClock.Instant) -> [Task<Void, Never>] {
        topology.joins.map { join in
            Task {
                do {
                    try await Task.sleep(until: clock + join.at)
                    try await lab.startPeer(host: record.hosts[join.host].name, lab: record.name)
                    progress(
                        .event(
                            seconds: (ContinuousClock.now - clock) / .seconds(1),
                            "\(record.hosts[join.host].name) joined"))
                    for image in images where !image.sources.contains(join.host) {
                        await installLate(image, at: join.host)
                    }
                } catch {
                    progress(.warning("\(record.hosts[join.host].name) did not join: \(error)"))
                }
            }
        }
    }

    private func installLate(_ image: RunImage, at host: Int) async {
        let holders = image.sources + topology.hosts.indices.filter { !image.sources.contains($0) && $0 != host }
        for attempt in 0..<100 where !Task.isCancelled {
            // The sources first; when they do not answer any more, anybody who holds all of it.
            let holder = holders[(attempt / 10) % holders.count]
            do {
                return try await control.push(
                    socket: record.hosts[holder].socket, image: image.label.image, hosts: [record.hosts[host].name])
            } catch {
                try? await Task.sleep(for: .milliseconds(300))
            }
        }
    }

    // MARK: Watching

    private func attend(
        _ watch: inout RunWatch, _ costs: inout RunCosts, clock: ContinuousClock.Instant, start: Double
    ) async throws {
        let injector = FaultInjector(lab: lab, topology: topology, record: record, plan: network.plan)
        let plan = EventPlan(topology, seed: options.seed)
        var waiting = Array(plan.entries.enumerated())
        var cuts: [(number: Int, until: Double)] = []
        var asked = [Double](repeating: 0, count: record.hosts.count)
        var lastLook = -1.0
        var lastChange = (seconds: 0.0, bytes: Int64(-1), done: -1)
        while !watch.isDone {
            try await Task.sleep(for: Self.pause)
            let seconds = (ContinuousClock.now - clock) / .seconds(1)
            if !waiting.isEmpty || seconds - lastLook >= Self.slowLook {
                watch.note(try await network.counters())
                lastLook = seconds
            }
            if waiting.contains(where: { watch.mayHaveCome($0.element.moment) }) {
                watch.counted(copies: try await countCopies(watch))
            }
            for (number, entry) in waiting where watch.hasCome(entry.moment, seconds: seconds) {
                waiting.removeAll { $0.offset == number }
                costs.beforeDeath(of: entry.action)
                let what = try await injector.carryOut(entry.action, number: number)
                note(entry.action, number, seconds, &watch, &cuts)
                progress(.event(seconds: seconds, what))
            }
            for cut in cuts where seconds >= cut.until {
                try await injector.heal(number: cut.number)
                progress(.event(seconds: seconds, "the cut is healed"))
            }
            cuts.removeAll { seconds >= $0.until }
            noteStarted(&watch, &costs)
            try await ask(&watch, &asked, seconds: seconds, start: start)
            if watch.totalDelivered >= lastChange.bytes + 65_536 || watch.doneCount != lastChange.done {
                lastChange = (seconds, watch.totalDelivered, watch.doneCount)
            }
            progress(
                .moving(
                    seconds: seconds, bytes: watch.totalDelivered, total: watch.totalNeed, done: watch.doneCount,
                    targets: watch.targets))
            if seconds - lastChange.seconds > options.patience / .seconds(1) { return }
        }
    }

    private func note(
        _ action: EventPlan.Action, _ number: Int, _ seconds: Double, _ watch: inout RunWatch,
        _ cuts: inout [(number: Int, until: Double)]
    ) {
        switch action {
        case .kill(let host): watch.killed(host)
        case .stop(let host): watch.stopped(host)
        case .cut(_, let time): if let time { cuts.append((number, seconds + time / .seconds(1))) }
        case .shape: break
        }
    }

    private func noteStarted(_ watch: inout RunWatch, _ costs: inout RunCosts) {
        guard topology.joins.contains(where: { watch.fates[$0.host] == .late }) else { return }
        let current = lab.registry.read(record.name) ?? record
        for join in topology.joins where watch.fates[join.host] == .late {
            guard let process = current.hosts[join.host].process else { continue }
            watch.started(join.host)
            costs.started(process, at: join.host)
        }
    }

    /// How often the living hosts that are no sources hold everything together.
    private func countCopies(_ watch: RunWatch) async throws -> Int {
        var counts = images.map { _ in HoldingsCount() }
        var due = watch.survivors
        while !due.isEmpty {
            let batch = due.prefix(Self.parallelAsks)
            due.removeFirst(batch.count)
            for (host, transfers) in await transfers(of: Array(batch), withChunks: true) {
                for (place, image) in images.enumerated() where !image.sources.contains(host) {
                    if let transfer = transfers?.last(where: { $0.image == image.label.image }) {
                        counts[place].add(transfer)
                    }
                }
            }
        }
        try Task.checkCancellation()
        return counts.map(\.copies).min() ?? 0
    }

    /// Asks several peers at once; nil for those that do not answer.
    private func transfers(of hosts: [Int], withChunks: Bool) async -> [(Int, [LabTransfer]?)] {
        let control = control
        return await withTaskGroup(of: (Int, [LabTransfer]?).self) { group in
            for host in hosts {
                let socket = record.hosts[host].socket
                group.addTask { (host, try? await control.transfers(socket: socket, withChunks: withChunks)) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    /// Asks the peers that may be done whether they are.
    private func ask(_ watch: inout RunWatch, _ asked: inout [Double], seconds: Double, start: Double) async throws {
        var due = watch.awaited.filter { host in
            guard watch.fates[host] == .alive else { return false }
            let mayBeDone = Double(watch.delivered[host]) >= 0.97 * Double(watch.needs[host])
            return seconds - asked[host] >= (mayBeDone ? Self.askAgain : Self.askAnyway)
        }
        while !due.isEmpty {
            let batch = due.prefix(Self.parallelAsks)
            due.removeFirst(batch.count)
            for host in batch { asked[host] = seconds }
            for (host, transfers) in await transfers(of: Array(batch), withChunks: false) {
                if let transfers, let end = Self.end(of: host, transfers, images: images, after: start) {
                    watch.finished(host, at: end)
                }
            }
        }
        try Task.checkCancellation()
    }

    /// When a host had all that it was to get; nil while it lacks some.
    static func end(of host: Int, _ transfers: [LabTransfer], images: [RunImage], after start: Double) -> Double? {
        var last = start
        for image in images where !image.sources.contains(host) {
            guard
                let finished = transfers.last(where: { $0.image == image.label.image && $0.state == .done })?.finished
            else { return nil }
            last = max(last, finished)
        }
        return last
    }

    private func allTransfers(_ watch: RunWatch) async -> [[LabTransfer]?] {
        var answers: [[LabTransfer]?] = []
        for (number, host) in record.hosts.enumerated() {
            switch watch.fates[number] {
            case .alive, .source: answers.append(try? await control.transfers(socket: host.socket, withChunks: false))
            case .killed, .stopped, .late: answers.append(nil)
            }
        }
        return answers
    }

    /// What each link carried between two looks.
    static func links(_ before: [LinkCounter], _ after: [LinkCounter], _ plan: NetworkPlan) -> [LinkBytes] {
        let shapes = Dictionary(plan.links.map { ($0.name, $0.shape) }) { first, _ in first }
        return zip(before, after).map { before, after in
            let shape = shapes[after.link] ?? .unshaped
            return LinkBytes(
                link: after.link, up: Int64(clamping: after.upBytes &- before.upBytes),
                down: Int64(clamping: after.downBytes &- before.downBytes), upRate: shape.up?.bitsPerSecond,
                downRate: shape.down?.bitsPerSecond)
        }
    }

    /// Seconds since 1970.
    static func wall() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
