import Basics
import Glibc
import ImageStore
import Logging
import Pipeline
import Trust

/// Installs images on this host: gets the manifest, fetches what is lacking along the chain, assembles the disk.
///
/// An order is kept durably until it is done, so that a peer that was killed goes on where it was.
actor InstallService {
    private let store: LocalStore
    private let workers: WorkerPool
    private let jobs: WorkerPool
    private let plane: DataPlaneHandle
    private let membership: PeerMembership
    private let logger: Logger
    private let holdingsChanged: @Sendable () -> Void
    private var running: [ImageID: Running] = [:]
    private var lastWatcher = 0
    private var log = TransferLog()
    private let manifests = FreshBodies()
    private let plans = FreshBodies()

    /// The kind of the records that keep orders.
    private static let recordKind = "install"

    private struct Running {
        let task: Task<InstallOutcome, any Error>
        /// Who waits for it, by number; a resumed install has nobody and needs nobody.
        var watchers: [Int: @Sendable (InstallProgress) -> Void]
    }

    init(
        store: LocalStore, workers: WorkerPool, jobs: WorkerPool, plane: DataPlaneHandle, membership: PeerMembership,
        logger: Logger,
        holdingsChanged: @escaping @Sendable () -> Void
    ) {
        self.store = store
        self.workers = workers
        self.jobs = jobs
        self.plane = plane
        self.membership = membership
        self.logger = logger
        self.holdingsChanged = holdingsChanged
    }

    /// Carries out an order; several orders of one image share the work.
    func install(
        _ order: InstallOrder, onProgress: @escaping @Sendable (InstallProgress) -> Void
    ) async throws -> InstallOutcome {
        let image = order.image
        lastWatcher += 1
        let watcher = lastWatcher
        // The newest order counts; a host that has everything may be asked for it by others.
        plane.post { plane in plane.transfer(for: image) { $0?.take(order.terms) } }
        if running[image] == nil { begin(order, image) }
        running[image]?.watchers[watcher] = onProgress
        guard let task = running[image]?.task else { throw CancellationError() }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            Task { await self.leave(image, watcher) }
        }
    }

    private func begin(_ order: InstallOrder, _ image: ImageID) {
        let task = Task {
            defer { running[image] = nil }
            log.begin(image, now: MonotonicClock.now())
            do {
                return try await self.carryOut(order, image)
            } catch {
                let failure = SkeinError.wrap(error, doing: "installing image \(image.short)")
                await self.failed(image, failure)
                // Such an order fails again at every start.
                if [.permission, .usage, .corrupt].contains(failure.code) { try? await self.forget(image) }
                throw failure
            }
        }
        running[image] = Running(task: task, watchers: [:])
    }

    /// One of those who wait has taken its order back; when nobody is left, the install ends and is not resumed.
    private func leave(_ image: ImageID, _ watcher: Int) async {
        running[image]?.watchers[watcher] = nil
        guard let install = running[image], install.watchers.isEmpty else { return }
        install.task.cancel()
        _ = await install.task.result
        // Somebody may have ordered it again meanwhile.
        guard running[image] == nil else { return }
        try? await forget(image)
    }

    /// The transfers of this peer since it started, oldest first.
    func transfers() async throws -> [TransferRecord] {
        var records = log.records
        for place in records.indices where !records[place].hasEnded {
            let image = records[place].image
            guard let (tally, held) = try await plane.standing(of: image) else { continue }
            records[place].tally = tally
            records[place].held = held
        }
        return records
    }

    /// The last transfer of an image to this peer since it started; without a tally while it is under way.
    func record(of image: ImageID) -> TransferRecord? { log.records.last { $0.image == image } }

    /// Goes on with the orders that were under way when the peer ended.
    func resume() async {
        let store = store
        let kept = try? await workers.run { try store.state.records(kind: InstallService.recordKind) }
        for record in kept ?? [] {
            guard let order = try? InstallOrder(decoding: record.bytes) else {
                logger.warning("an install order that another version kept cannot be read: order it again")
                try? await workers.run { try store.state.removeRecord(kind: Self.recordKind, name: record.name) }
                continue
            }
            logger.info("resuming the install of image \(record.name.prefix(12))")
            Task {
                do {
                    let outcome = try await self.install(order) { _ in }
                    self.logger.info("resumed install is done: \(outcome.chunks) chunks came")
                } catch {
                    self.logger.warning("resumed install failed: \(error)")
                }
            }
        }
    }

    /// Removes the record of an order that is done or hopeless.
    private func forget(_ image: ImageID) async throws {
        let store = store
        try await workers.run { try store.state.removeRecord(kind: InstallService.recordKind, name: image.description) }
    }

    private func failed(_ image: ImageID, _ error: SkeinError) async {
        let tally = try? await plane.tally(of: image)
        log.update(image) { record in
            record.state = .failed
            record.reason = "\(error.doing): \(error.cause)"
            if let tally { record.tally = tally }
        }
    }

    private func report(_ image: ImageID, _ progress: InstallProgress) {
        log.update(image) { record in
            record.bytes = progress.bytes
            record.total = progress.total
            if progress.isAssembling { record.state = .assembling }
        }
        for watcher in (running[image]?.watchers ?? [:]).values { watcher(progress) }
    }

    private func carryOut(_ order: InstallOrder, _ image: ImageID) async throws -> InstallOutcome {
        let start = MonotonicClock.now()
        let store = store
        if try await workers.run({ try store.isComplete(image) && store.assembled(image) != nil }) {
            try await forget(image)
            ended(image, TransferTally())
            return InstallOutcome(bytes: 0, chunks: 0, seconds: 0)
        }
        let name = image.description
        let orderBytes = order.encoded()
        try await workers.run {
            try store.state.setRecord(kind: InstallService.recordKind, name: name, bytes: orderBytes)
        }
        let plan = order.plan
        // They will be asked for slices as soon as the manifest is here.
        plane.post { plane in
            for parent in Set(plan.candidates.compactMap(\.first)) { plane.connect(to: parent) { _ in } }
        }
        let manifest = try await manifest(image, plan)
        try await accept(order, manifest)
        let key = try await key(of: image)
        let assembler = try await workers.run { try key.map { try store.assembler(for: manifest, key: $0) } }
        let following = Task { await self.followPlan(of: image, plan) }
        defer { following.cancel() }
        let moved = try await plane.receive(
            image, plan, assembler: assembler, terms: order.terms, reportPause: order.reportPause
        ) { progress in
            let now = InstallProgress(bytes: progress.bytes, total: progress.total, isAssembling: false)
            Task { await self.report(image, now) }
        }
        report(image, InstallProgress(bytes: moved.bytes, total: moved.total, isAssembling: true))
        let tally = try await plane.tally(of: image)
        try await jobs.run {
            if let assembler {
                try assembler.placeHeldChunks()
                _ = try assembler.finish()
            }
            try store.state.removeRecord(kind: InstallService.recordKind, name: name)
        }
        ended(image, tally ?? TransferTally())
        holdingsChanged()
        return InstallOutcome(
            bytes: moved.bytes, chunks: moved.chunks, seconds: (MonotonicClock.now() - start).inSeconds)
    }

    private func ended(_ image: ImageID, _ tally: TransferTally) {
        let now = MonotonicClock.now()
        log.update(image) { record in
            record.state = .done
            record.finished = now
            record.tally = tally
        }
    }

    private func key(of image: ImageID) async throws -> ImageKey? {
        let store = store
        let identity = membership.identity
        return try await workers.run { try store.imageKey(for: image, identity: identity) }
    }

    /// Believes a manifest that its publisher signed, a builder of this site; and keeps the grant.
    private func accept(_ order: InstallOrder, _ manifest: Manifest) async throws {
        let doing = "accepting image \(manifest.name) (\(manifest.imageID.short))"
        let chain = order.publisher
        do {
            try chain.verify(
                site: membership.siteFile.site, now: WallClock.unixSeconds(),
                verified: membership.siteFile.chain.issuer)
        } catch {
            throw SkeinError(
                .permission, doing: doing, cause: "its publisher's certificate is not valid here: \(error)")
        }
        guard chain.peer.peer == manifest.header.publisher, chain.peer.roles.contains(.builder), manifest.isSigned
        else {
            throw SkeinError(.permission, doing: doing, cause: "it is not signed by a builder of this site")
        }
        let store = store
        let own = membership.peerID
        let grant = order.grant
        if let grant {
            guard grant.isAuthentic, grant.recipient == own, grant.image == manifest.imageID else {
                throw SkeinError(.permission, doing: doing, cause: "its grant is not for this host")
            }
        }
        try await workers.run {
            try store.add(manifest: manifest)
            if let grant { try store.add(grant: grant) }
        }
    }

    // MARK: The plan

    /// Gets the inputs of the plan from a parent, while bytes are coming: they are needed when somebody dies.
    private func followPlan(of image: ImageID, _ plan: FetchPlan) async {
        let call = PlanCall(image: image, patience: .seconds(5)).encoded()
        // Nobody needs them before somebody dies or racks are looked for, and at first all hosts are busy.
        try? await Task.sleep(for: PeerLimits.planAskedAfter)
        for candidate in plan.manifestPeers {
            guard !Task.isCancelled else { return }
            guard let answer = try? await plane.request(.plan, of: candidate, argument: call),
                let body = try? PlanBody(decoding: answer), body.image == image, body.inputs != nil
            else { continue }
            keepPlan(body)
            return
        }
    }

    /// From now on this peer knows who takes part, and tells those who ask.
    ///
    /// - Parameter isNew: it is the plan of another install than the one that is known.
    nonisolated func keepPlan(_ body: PlanBody, isNew: Bool = false) {
        plans.came(body.image, body.encoded())
        plane.post { plane in
            plane.transfer(for: body.image) { transfer in
                if isNew { transfer?.keeper = nil }
                transfer?.follow(body)
            }
        }
    }

    /// Answers another peer: the inputs as they came, and the news since.
    func planBody(_ call: PlanCall) async throws -> [UInt8] {
        let doing = "telling another peer of a plan"
        let image = call.image
        let patience = min(call.patience, Self.mostPatience)
        guard let bytes = await plans.wait(for: image, patience: patience) else {
            throw SkeinError(.notFound, doing: doing, cause: "no install of image \(image.short) is known here")
        }
        let news = try await plane.call { $0.knownTransfer(of: image)?.keeper?.news ?? PlanNews() }
        guard !news.isEmpty, var body = try? PlanBody(decoding: bytes) else { return bytes }
        body.news = news
        return body.encoded()
    }

    /// How long another peer may have this one wait for what is not here yet.
    private static let mostPatience: Duration = .seconds(5)

    // MARK: Manifests

    /// The manifest from the store, or from the nearest candidate that has it.
    private func manifest(_ image: ImageID, _ plan: FetchPlan) async throws -> Manifest {
        let store = store
        let candidates = plan.manifestPeers
        if let manifest = try await workers.run({ try store.manifest(image) }) { return manifest }
        var last: any Error = SkeinError(
            .unreachable, doing: "fetching the manifest of image \(image.short)", cause: "no peer to ask is known")
        for round in 0..<5 {
            for candidate in candidates {
                do {
                    return try await fetchManifest(image, from: candidate, wait: round == 0 ? .seconds(2) : .zero)
                } catch {
                    last = error
                    try Task.checkCancellation()
                }
            }
            try await Task.sleep(for: .milliseconds(500 << round))
        }
        throw last
    }

    private func fetchManifest(_ image: ImageID, from peer: PeerID, wait: Duration) async throws -> Manifest {
        let doing = "fetching the manifest of image \(image.short)"
        var bytes: [UInt8] = []
        var total: Int?
        let plane = plane
        while true {
            let call = ManifestCall(image: image, offset: bytes.count, patience: wait).encoded()
            let answer = try await withPatience(.seconds(PeerLimits.manifestPieceSeconds)) {
                try await plane.request(.manifest, of: peer, argument: call)
            }
            guard let piece = try? ManifestPiece(decoding: answer), piece.total == total ?? piece.total,
                !piece.bytes.isEmpty,
                piece.bytes.count == min(PeerLimits.manifestPieceBytes, piece.total - bytes.count)
            else { throw SkeinError(.corrupt, doing: doing, cause: "a piece of it is malformed") }
            total = piece.total
            bytes += piece.bytes
            guard bytes.count == piece.total else { continue }
            guard let manifest = try? Manifest(decoding: bytes), manifest.imageID == image else {
                throw SkeinError(.corrupt, doing: doing, cause: "it is not the manifest of that image")
            }
            manifests.came(image, bytes)
            return manifest
        }
    }

    /// Answers another peer; waits for a manifest that is on its way here.
    func piece(_ call: ManifestCall) async throws -> ManifestPiece {
        let doing = "reading a manifest for another peer"
        let image = call.image
        let store = store
        var bytes = manifests.bytes(of: image)
        if bytes == nil { bytes = try await workers.run { try store.manifest(image)?.encoded() } }
        let patience = min(call.patience, Self.mostPatience)
        if bytes == nil, patience > .zero { bytes = await manifests.wait(for: image, patience: patience) }
        guard let bytes else {
            throw SkeinError(.notFound, doing: doing, cause: "image \(image.short) is not known here")
        }
        let from = min(call.offset, bytes.count)
        let to = min(from + PeerLimits.manifestPieceBytes, bytes.count)
        return ManifestPiece(total: bytes.count, bytes: Array(bytes[from..<to]))
    }
}
