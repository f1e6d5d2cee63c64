import Basics
import Gossip
import ImageStore
import Launcher
import Trust

extension UpService {
    /// What became of all hosts of one `up`.
    struct BringOutcome: Sendable {
        var rows: [NodeRow] = []
        var bytes: Int64 = 0
        var chunks: Int64 = 0
        /// Seconds from the request to READY, by node.
        var readyTimes: [String: Double] = [:]
        var timeline: [UpReport.PhaseTime] = []
        var isCancelled = false
    }

    /// What one host tells while it works.
    private enum HostNews: Sendable {
        case installed(host: String, InstallOutcome)
        case row(NodeRow)
        case failed(host: String, nodes: [NodeRow])
        case ended
    }

    /// Installs and boots on all hosts side by side.
    func bring(_ run: ClusterRun, _ timeline: Timeline, _ sink: EventSink) async -> BringOutcome {
        var timeline = timeline
        var outcome = BringOutcome()
        var rows: [String: NodeRow] = [:]
        let (news, continuation) = AsyncStream.makeStream(of: HostNews.self, bufferingPolicy: .unbounded)
        timeline.begin(.transfer)
        let work = Task {
            await withTaskGroup(of: Void.self) { group in
                for host in run.hosts {
                    group.addTask { await self.bring(run, host: host, sink) { continuation.yield($0) } }
                }
            }
            continuation.yield(.ended)
            continuation.finish()
        }
        await withTaskCancellationHandler {
            for await item in news {
                switch item {
                case .installed(_, let install):
                    outcome.bytes &+= max(0, install.bytes)
                    outcome.chunks &+= max(0, install.chunks)
                    timeline.end(.transfer)
                    timeline.begin(.boot)
                case .row(let row):
                    let wasReady = rows[row.node]?.isReady ?? false
                    rows[row.node] = row
                    if row.isReady, !wasReady { outcome.readyTimes[row.node] = sink.elapsed }
                    if !row.isReady { outcome.readyTimes[row.node] = nil }
                    if row.isReady { timeline.end(.ready) } else if row.phase != "starting" { timeline.begin(.ready) }
                    if row.phase == "kernel" || row.phase == "userspace" { timeline.end(.boot) }
                    sink.progress(
                        .ready, done: Int64(outcome.readyTimes.count), total: Int64(run.spec.nodes.count), unit: .nodes,
                        host: row.host, node: row.node, message: row.phase == "done" ? "READY" : row.phase)
                case .failed(let host, let failed):
                    for row in failed {
                        rows[row.node] = row
                        outcome.readyTimes[row.node] = nil
                    }
                    sink.warning(.transfer, failed.first?.reason ?? "it failed", host: host)
                case .ended:
                    break
                }
            }
        } onCancel: {
            work.cancel()
        }
        // Nothing may start after we have said what there is.
        await work.value
        outcome.rows = rows.values.sorted { $0.node < $1.node }
        outcome.timeline = timeline.rows
        outcome.isCancelled = Task.isCancelled
        return outcome
    }

    private func bring(_ run: ClusterRun, host: PeerID, _ sink: EventSink, tell: @escaping @Sendable (HostNews) -> Void)
        async
    {
        let name = run.view.name(of: host)
        let nodes = run.spec.nodes.indices.filter { run.places[$0] == host }.map { run.spec.nodes[$0] }
        do {
            for image in Set(nodes.compactMap { run.images[$0.role]?.image }).sorted() {
                guard let plan = run.plans[image] else { continue }
                let install = try await install(plan, at: host, run.view) { progress in
                    sink.progress(
                        progress.isAssembling ? .assemble : .transfer, done: progress.bytes, total: progress.total,
                        unit: .bytes, host: name)
                }
                tell(.installed(host: name, install))
            }
            let order = NodesOrder(
                cluster: run.spec.name, generation: run.generation, nodes: nodes.map { nodeOrder($0, run) },
                noProgressSeconds: run.spec.readiness.noProgress.inSeconds)
            for row in try await start(order, at: host, run.view, tell: { tell(.row($0)) }) { tell(.row(row)) }
        } catch {
            let reason = SkeinError.wrap(error, doing: "raising nodes on \(name)")
            tell(.failed(host: name, nodes: nodes.map { failedRow($0, run, name, "\(reason.doing): \(reason.cause)") }))
        }
    }

    private func start(
        _ order: NodesOrder, at host: PeerID, _ view: ClusterView, tell: @escaping @Sendable (NodeRow) -> Void
    ) async throws -> [NodeRow] {
        if host == view.own { return try await nodeHost.start(order, emit: tell) }
        let plane = plane
        return try await withThrowingTaskGroup(of: [NodeRow].self) { group in
            for part in order.parts(ofBytes: PeerLimits.nodesOrderBytes) {
                group.addTask {
                    let answer = try await plane.request(.startNodes, of: host, argument: JSON.encode(part)) { event in
                        if let row = try? JSON.decode(NodeRow.self, from: event, "a node") { tell(row) }
                    }
                    return try JSON.decode([NodeRow].self, from: answer, "a list of nodes")
                }
            }
            var rows: [NodeRow] = []
            for try await part in group { rows += part }
            return rows
        }
    }

    /// Installs an image at one of its hosts; this host only assembles what it holds.
    private func install(
        _ plan: InstallCoordinator.Plan, at host: PeerID, _ view: ClusterView,
        onProgress: @escaping @Sendable (InstallProgress) -> Void
    ) async throws -> InstallOutcome {
        host == view.own
            ? try await installs.install(plan.order(for: host), onProgress: onProgress)
            : try await coordinator.install(plan, at: host, onProgress: onProgress)
    }

    private func nodeOrder(_ node: ClusterNode, _ run: ClusterRun) -> NodeOrder {
        let role = run.spec.role(named: node.role)
        let image = run.images[node.role]
        let logins = (role?.logins ?? []).compactMap { login -> NodeSeed.Login? in
            guard let uid = image?.recipe.userID(of: login.user.name) else { return nil }
            return NodeSeed.Login(home: login.user.home, uid: uid, gid: uid, keys: login.keys)
        }
        return NodeOrder(
            name: node.name, role: node.role, uuid: DomainUUID.random().description,
            image: image?.image.description ?? "", vcpus: node.vcpus, memoryMiB: node.memory.mebibytes,
            address: node.address.description, mac: node.hardwareAddress, diskBytes: node.disk?.bytes,
            seed: NodeSeed.files(for: node, of: run.spec, logins: logins))
    }

    private func failedRow(_ node: ClusterNode, _ run: ClusterRun, _ host: String, _ reason: String) -> NodeRow {
        NodeRow(
            cluster: run.spec.name, node: node.name, role: node.role, host: host, phase: "failed", isReady: false,
            address: node.address.description, vcpus: node.vcpus, memoryMiB: node.memory.mebibytes, reason: reason)
    }

    // MARK: The end

    /// Reports what came of it; when too little did, removes the nodes again.
    func conclude(_ run: ClusterRun, _ outcome: BringOutcome, _ sink: EventSink) async throws {
        let times = outcome.readyTimes.values.sorted()
        let report = UpReport(
            cluster: run.spec.name, nodes: outcome.rows, ready: times.count, failed: run.spec.nodes.count - times.count,
            cached: run.images.values.allSatisfy(\.isCached), bytesMoved: outcome.bytes, chunksMoved: outcome.chunks,
            timeline: outcome.timeline, firstReady: times.first,
            halfReady: times.isEmpty ? nil : times[(times.count - 1) / 2], lastReady: times.last)
        let doing = "raising cluster \(run.spec.name)"
        if outcome.isCancelled {
            try await undo(run, sink)
            throw SkeinError(
                .cancelled, doing: doing, cause: "it was interrupted; its nodes are removed, images stay cached")
        }
        let minimum = run.spec.readiness.minimumReady(of: run.spec.nodes.count)
        if times.count == run.spec.nodes.count {
            sink.result { $0.up = report }
        } else if times.count >= minimum {
            sink.failed(
                SkeinError(
                    .partial, doing: doing,
                    cause: "\(times.count) of \(run.spec.nodes.count) nodes are READY: \(reasons(outcome))",
                    next: "see `skein ps \(run.spec.name)`, or remove it with `skein down \(run.spec.name)`"),
                up: report)
        } else {
            try await undo(run, sink)
            sink.failed(
                SkeinError(
                    .tool, doing: doing,
                    cause: "\(times.count) of \(run.spec.nodes.count) nodes became READY and \(minimum) are needed, "
                        + "so it was removed again: \(reasons(outcome))",
                    next: "mend the cause and run `skein up` again: images and chunks that came are kept"),
                up: report)
        }
    }

    private func reasons(_ outcome: BringOutcome) -> String {
        let failed = outcome.rows.filter { !$0.isReady }
        let shown = failed.prefix(3).map { "\($0.node) on \($0.host): \($0.reason ?? $0.phase)" }.joined(
            separator: "; ")
        return failed.count > 3 ? "\(shown); and \(failed.count - 3) more" : shown
    }

    /// Removes what an `up` made; not cancelled with it.
    private func undo(_ run: ClusterRun, _ sink: EventSink) async throws {
        let removal = Task { try await self.remove(run.spec.name, generation: run.generation, sink) }
        do { _ = try await removal.value } catch {
            sink.warning(.stop, "\(SkeinError.wrap(error, doing: "removing what was made"))")
        }
    }
}
