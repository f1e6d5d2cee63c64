import Basics
import Gossip
import ImageStore
import Logging
import Pipeline
import Trust

/// Has an image installed at other peers: grants it to them, plans who gets it from whom, orders it and watches how it goes.
struct InstallCoordinator: Sendable {
    let store: LocalStore
    let workers: WorkerPool
    let plane: DataPlaneHandle
    let membership: PeerMembership
    let gossip: GossipHandle
    let installs: InstallService
    let logger: Logger
    /// How far the installs are that this peer has ordered.
    let ordered = OrderedInstalls()
    private let active = ActiveInstalls()

    init(
        store: LocalStore, workers: WorkerPool, plane: DataPlaneHandle, membership: PeerMembership,
        gossip: GossipHandle, installs: InstallService, logger: Logger
    ) {
        self.store = store
        self.workers = workers
        self.plane = plane
        self.membership = membership
        self.gossip = gossip
        self.installs = installs
        self.logger = logger
    }

    /// One install, ready to be ordered at each target.
    struct Plan: Sendable {
        let image: ImageID
        let pipeline: PipelinePlan
        fileprivate let source: PeerID
        fileprivate let publisher: String
        fileprivate let grants: [PeerID: String]

        /// The order as one target gets it; one that holds everything asks nobody.
        func order(for target: PeerID) -> InstallOrder {
            InstallOrder(
                image: image, plan: pipeline.fetchPlan(for: target) ?? FetchPlan(from: [source]), publisher: publisher,
                grant: grants[target], targets: grants.count)
        }
    }

    /// Plans how the image goes out and grants it to the targets.
    func plan(_ image: ImageID, view: ClusterView, targets: [MemberView], grantTo chains: [PeerID: CertificateChain])
        async throws -> Plan
    {
        let doing = "planning the install of image \(image.short)"
        let identity = membership.identity
        let store = store
        let (key, manifest) = try await workers.run {
            (try store.imageKey(for: image, identity: identity), try store.manifest(image))
        }
        let publisher = manifest?.header.publisher
        let survey = PlanSurvey(view: view, links: try await gossip.linkRates())
        let bytes = manifest?.distinctChunks.reduce(0) { $0 + $1.storedLength } ?? 0
        let inputs = survey.inputs(for: image, holders: [view.own], targets: targets, bytes: bytes)
        let pipeline = try await self.pipeline(for: image, inputs, targets: Set(targets.map(\.id)))
        guard let publisher, let publisherChain = chains[publisher] else {
            throw SkeinError(
                .notFound, doing: doing, cause: "the certificate of its publisher is not known here",
                next: "start the peer that published it, or build the image again")
        }
        guard let key else {
            throw SkeinError(
                .permission, doing: doing,
                cause: "this peer was not granted the image, so it cannot grant it to others",
                next: "ask at the peer that built or imported it")
        }
        var grants: [PeerID: String] = [:]
        for target in targets {
            guard let certificate = chains[target.id] else {
                throw SkeinError(.permission, doing: doing, cause: "the certificate of \(target.name) is not known yet")
            }
            grants[target.id] = JSON.base64(
                Grant.issue(image: image, key: key, to: certificate.peer, by: identity).encoded())
        }
        return Plan(
            image: image, pipeline: pipeline, source: view.own, publisher: JSON.base64(publisherChain.encoded()),
            grants: grants)
    }

    /// The plan of a new install, or of one that is under way with further targets in it.
    private func pipeline(for image: ImageID, _ inputs: PlanInputs, targets: Set<PeerID>) async throws -> PipelinePlan {
        let now = MonotonicClock.now()
        let isInUse = try await plane.call { $0.isInUse(image) }
        guard let install = active.underWay(image), isInUse || now - install.started < PeerLimits.installBegins else {
            active.began(image, inputs, targets: targets.subtracting([membership.peerID]), now: now)
            installs.keepPlan(PlanBody(image: image, inputs: inputs, news: PlanNews()), isNew: true)
            return try await workers.run { PipelinePlan(inputs) }
        }
        let seconds = max(1, Int((now - install.started).inSeconds))
        let known = Set(install.inputs.hosts.map(\.peer))
        let joining = inputs.hosts.filter { !known.contains($0.peer) && targets.contains($0.peer) }
        active.joined(image, targets: targets.subtracting([membership.peerID]))
        let news = joining.map { host in
            var late = host
            late.joined = seconds
            return PlanChange(peer: host.peer, version: 1, state: .here(late))
        }
        let keeper = try await plane.call { plane in
            let transfer = plane.knownTransfer(of: image)
            transfer?.heard(PlanNews(changes: news), from: nil)
            return transfer?.keeper
        }
        return try await workers.run { PipelinePlan(keeper?.inputs ?? inputs) }
    }

    /// Installs at one target and returns when its copy is whole, verified and assembled.
    ///
    /// A target that is lost is asked again, since it resumes when it comes back, until nothing moved for the no-progress
    /// time.
    func install(
        _ plan: Plan, at target: PeerID, onProgress: @escaping @Sendable (InstallProgress) -> Void
    ) async throws -> InstallOutcome {
        let ordered = ordered
        ordered.began(plan.image, at: target, now: MonotonicClock.now())
        var isDone = false
        defer {
            active.ended(plan.image, at: target)
            ordered.ended(plan.image, at: target, isDone: isDone)
        }
        let argument = JSON.encode(plan.order(for: target))
        let clock = ProgressClock()
        while true {
            do {
                let answer = try await plane.request(.install, of: target, argument: argument) { event in
                    guard let progress = try? JSON.decode(InstallProgress.self, from: event, "install progress") else {
                        return
                    }
                    clock.touch(progress.bytes)
                    ordered.moved(plan.image, at: target, progress, now: MonotonicClock.now())
                    onProgress(progress)
                }
                let outcome = try JSON.decode(InstallOutcome.self, from: answer, "the outcome of an install")
                isDone = true
                return outcome
            } catch let error as SkeinError
                where error.code == .unreachable && clock.idle < PipelineLimits.noProgress / 2
            {
                try await Task.sleep(for: .milliseconds(500))
            }
        }
    }
}
