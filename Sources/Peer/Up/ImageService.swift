import Basics
import Gossip
import ImageStore
import Logging
import Trust

/// The image verbs of the control API: list, show, import, export, push, verify, remove.
struct ImageService: Sendable {
    let store: LocalStore
    let workers: WorkerPool
    /// For work that takes seconds or more, so that the chunks of other transfers need not wait for it.
    let jobs: WorkerPool
    let membership: PeerMembership
    let plane: DataPlaneHandle
    let gossip: GossipHandle
    let coordinator: InstallCoordinator
    let installs: InstallService
    let nodeHost: NodeHost
    let logger: Logger
    let holdingsChanged: @Sendable () -> Void

    // MARK: Looking

    func list() async throws -> [ImageRow] {
        let store = store
        return try await workers.run {
            try store.images().map { try ImageService.row($0, store) }
                .sorted { ($0.name, $0.version, $0.image) < ($1.name, $1.version, $1.image) }
        }
    }

    func rows(of images: [ImageID]) async throws -> [ImageRow] {
        let store = store
        return try await workers.run { try images.map { try ImageService.row(store.summary(of: $0), store) } }
    }

    func detail(_ reference: String) async throws -> ImageDetail {
        let store = store
        let identity = membership.identity
        return try await workers.run {
            let image = try store.resolve(reference)
            let summary = try store.summary(of: image)
            let manifest = try store.requireManifest(image, doing: "showing image \(reference)")
            let key = try store.imageKey(for: image, identity: identity)
            var row = try ImageService.row(summary, store)
            row.recipe = key.flatMap { try? manifest.open(with: $0) }?.recipe?.description
            return ImageDetail(
                row: row,
                parts: manifest.parts.map {
                    ImageDetail.Part(name: $0.name, bytes: $0.size.bytes, chunks: $0.chunkCount)
                },
                commandLine: manifest.commandLine, architecture: summary.architecture,
                publisher: summary.publisher.description, namespace: manifest.header.namespace.description,
                epoch: manifest.header.namespaceEpoch, isReadable: key != nil)
        }
    }

    private static func row(_ summary: ImageSummary, _ store: LocalStore) throws -> ImageRow {
        let held =
            summary.isComplete
            ? summary.distinctChunks
            : try store.held(try store.requireManifest(summary.id, doing: "listing images")).population
        return ImageRow(
            image: summary.id.description, name: summary.name, version: Int64(clamping: summary.version),
            diskBytes: summary.parts.first { $0.name == "disk" }?.size.bytes ?? summary.plainBytes.bytes,
            storedBytes: summary.storedBytes.bytes, chunks: summary.distinctChunks, chunksHeld: held,
            created: Int64(clamping: summary.createdAt), recipe: nil,
            parent: try ImageParent.of(summary.id, in: store)?.description)
    }

    // MARK: Files

    func importFile(_ request: ImportRequest, _ sink: EventSink) async throws {
        guard request.path.hasPrefix("/") else {
            throw SkeinError(
                .usage, doing: "importing \(request.path)", cause: "the peer needs an absolute path",
                next: "the path is opened by the peer, which must be able to read it")
        }
        let cancelled = CancellationFlag()
        let publish = PublishRequest(
            name: request.name, architecture: BaseSpec.hostArchitecture, commandLine: "",
            parts: [.init(name: "disk", path: request.path)], namespaceKey: membership.siteFile.namespaceKey,
            identity: membership.identity, isCancelled: { cancelled.isSet })
        let store = store
        let summary = try await jobs.runCancellable(cancelled) {
            try store.publish(publish) { sink.publishing($0) }
        }
        holdingsChanged()
        let rows = try await rows(of: [summary.id])
        sink.message(.publish, "imported \(request.path) as \(request.name) (\(summary.id.short))")
        sink.result { $0.images = rows }
    }

    func export(_ request: ExportRequest, _ sink: EventSink) async throws {
        guard request.path.hasPrefix("/") else {
            throw SkeinError(.usage, doing: "exporting to \(request.path)", cause: "the peer needs an absolute path")
        }
        let store = store
        let identity = membership.identity
        let written = try await jobs.run {
            let image = try store.resolve(request.image)
            guard let key = try store.imageKey(for: image, identity: identity) else {
                throw SkeinError(
                    .permission, doing: "exporting image \(request.image)", cause: "this peer was not granted it")
            }
            try store.export(image, to: request.path, key: key)
            return try store.summary(of: image)
        }
        sink.message(.publish, "wrote the disk of \(written.name) to \(request.path)")
        sink.result()
    }

    func verify(_ request: VerifyRequest, _ sink: EventSink) async throws {
        let store = store
        let identity = membership.identity
        let cancelled = CancellationFlag()
        let report = try await jobs.runCancellable(cancelled) {
            guard let reference = request.image else {
                return try store.verifyAll(isCancelled: { cancelled.isSet })
            }
            let image = try store.resolve(reference)
            let key = try store.imageKey(for: image, identity: identity)
            return try store.verify(image, key: key, isCancelled: { cancelled.isSet })
        }
        let what = request.image.map { "image \($0)" } ?? "the store"
        guard report.isSound else {
            holdingsChanged()
            plane.post { $0.forgetIdle() }
            let bad = report.corrupt.count + report.missing.count + report.dishonest.count
            throw SkeinError(
                .corrupt, doing: "verifying \(what)",
                cause: "\(report.corrupt.count) chunks are damaged, \(report.missing.count) are missing and "
                    + "\(report.dishonest.count) do not hold what the manifest says, of \(report.checkedChunks + bad)",
                next: "damaged chunks are quarantined and never served; fetch the image again with `skein image push` "
                    + "from a peer that has it, or build it again")
        }
        sink.message(
            .verify,
            "\(what) is sound: \(report.checkedChunks) chunks, \(report.checkedBytes), "
                + "\(report.checkedPlain) of them decrypted and compared with the manifest")
        sink.result()
    }

    func remove(_ reference: String, _ sink: EventSink) async throws {
        let store = store
        let image = try await workers.run { try store.resolve(reference) }
        let inUse = await nodeHost.imagesInUse.contains(image.description)
        let isBusy = try await plane.call { $0.isInUse(image) }
        guard !inUse, !isBusy else {
            throw SkeinError(
                .conflict, doing: "removing image \(reference)",
                cause: inUse ? "nodes of this host stand on it" : "it is being transferred",
                next: inUse ? "see `skein ps`, and remove their cluster with `skein down`" : "wait for the transfer")
        }
        let reclaimed = try await jobs.run {
            let reclaimed = try store.remove(image)
            try ImageParent.forget(image, in: store)
            try RecipeRecord.forget(image, in: store)
            return reclaimed
        }
        plane.post { $0.forgetIdle() }
        holdingsChanged()
        sink.message(nil, "removed image \(reference): \(reclaimed.chunks) chunks were of it alone")
        sink.result()
    }

    // MARK: Pushing

    /// Installs an image at other hosts without starting anything.
    func push(_ request: PushRequest, _ sink: EventSink) async throws {
        let doing = "pushing image \(request.image)"
        let store = store
        let image = try await workers.run { try store.resolve(request.image) }
        guard try await workers.run({ try store.isComplete(image) }) else {
            throw SkeinError(.notFound, doing: doing, cause: "this peer does not hold all of its chunks")
        }
        let view = try await gossip.view()
        let targets =
            try request.hosts.isEmpty
            ? view.alive.filter { !$0.isSelf } : view.members(named: request.hosts, doing: doing)
        guard !targets.isEmpty else {
            throw SkeinError(
                .notFound, doing: doing, cause: "no other host is alive", next: "see `skein peers`")
        }
        let plan = try await coordinator.plan(
            image, view: view, targets: targets, grantTo: try await gossip.certificates(),
            terms: TransferRequest.terms(of: request.transfer, doing: doing))
        let hosts = await withTaskGroup(of: TransferReport.Host.self) { group in
            for target in targets {
                group.addTask { await self.push(plan, to: target, sink) }
            }
            var hosts: [TransferReport.Host] = []
            for await host in group { hosts.append(host) }
            return hosts.sorted { $0.host < $1.host }
        }
        let report = TransferReport(image: image.description, hosts: hosts)
        let failed = hosts.filter { $0.reason != nil }
        guard failed.isEmpty else {
            let reasons = failed.prefix(3).map { "\($0.host): \($0.reason ?? "")" }.joined(separator: "; ")
            let error = SkeinError(
                failed.count == hosts.count ? .unreachable : .partial, doing: doing,
                cause: "\(failed.count) of \(hosts.count) hosts do not have it: \(reasons)",
                next: "see `skein peers`, and push again: chunks that came are kept")
            return sink.failed(error, transfer: report)
        }
        sink.result { $0.transfer = report }
    }

    private func push(_ plan: InstallCoordinator.Plan, to target: MemberView, _ sink: EventSink) async
        -> TransferReport.Host
    {
        let onProgress: @Sendable (InstallProgress) -> Void = { progress in
            sink.progress(
                progress.isAssembling ? .assemble : .transfer, done: progress.bytes, total: progress.total,
                unit: .bytes,
                host: target.name)
        }
        do {
            let outcome =
                target.isSelf
                ? try await installs.install(plan.order(for: target.id), onProgress: onProgress)
                : try await coordinator.install(plan, at: target.id, onProgress: onProgress)
            return TransferReport.Host(
                host: target.name, seconds: outcome.seconds, bytes: outcome.bytes, chunks: outcome.chunks)
        } catch {
            let reason = SkeinError.wrap(error, doing: "installing on \(target.name)")
            return TransferReport.Host(
                host: target.name, seconds: nil, bytes: 0, chunks: 0, reason: "\(reason.doing): \(reason.cause)")
        }
    }
}

extension EventSink {
    /// How far the cutting and sealing of an image has come.
    func publishing(_ progress: PublishProgress) {
        self.progress(
            .publish, done: progress.doneBytes.bytes, total: progress.totalBytes.bytes, unit: .bytes)
    }
}
