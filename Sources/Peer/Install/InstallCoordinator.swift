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
        fileprivate let orders: Orders
        fileprivate let dispatch: OrderDispatch

        var image: ImageID { orders.image }

        /// The order as one target gets it.
        func order(for target: PeerID) -> InstallOrder { orders.order(for: target) }
    }

    /// What the orders of one install are made of.
    fileprivate struct Orders: Sendable {
        let pipeline: PipelinePlan
        let source: PeerID
        let image: ImageID
        let publisher: CertificateChain
        let grants: [PeerID: Grant]
        let terms: TransferTerms

        /// One that holds everything asks nobody.
        func order(for target: PeerID) -> InstallOrder {
            InstallOrder(
                image: image, plan: pipeline.fetchPlan(for: target) ?? FetchPlan(from: [source]), publisher: publisher,
                grant: grants[target], targets: grants.count,
                terms: terms)
        }

        /// Those of some targets, each signed; hosts of one rack beside each other, since neighbours pass orders on.
        func signed(for targets: [PeerID], by issuer: PeerIdentity, issued: UInt64) -> [SignedOrder] {
            var places: [PeerID: (site: String, rack: String)] = [:]
            for host in pipeline.inputs.hosts { places[host.peer] = (host.site, host.rack) }
            func key(_ peer: PeerID) -> (String, String, PeerID) {
                (places[peer]?.site ?? "", places[peer]?.rack ?? "", peer)
            }
            return targets.sorted { key($0) < key($1) }.map {
                SignedOrder(order(for: $0), for: $0, issued: issued, by: issuer.signing)
            }
        }
    }

    /// Plans how the image goes out and grants it to the targets.
    ///
    /// - Parameter terms: what it may take of each host's link.
    func plan(
        _ image: ImageID, view: ClusterView, targets: [MemberView], grantTo chains: [PeerID: CertificateChain],
        terms: TransferTerms = .usual
    ) async throws -> Plan {
        let doing = "planning the install of image \(image.short)"
        let identity = membership.identity
        let store = store
        let (key, manifest) = try await workers.run {
            (try store.imageKey(for: image, identity: identity), try store.manifest(image))
        }
        let publisher = manifest?.header.publisher
        let survey = PlanSurvey(view: view, links: try await gossip.linkRates())
        let bytes = manifest?.distinctChunks.reduce(0) { $0 + $1.storedLength } ?? 0
        let inputs = survey.inputs(for: image, holders: [view.own], targets: targets, bytes: bytes, limit: terms.limit)
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
        var grants: [PeerID: Grant] = [:]
        for target in targets {
            guard let certificate = chains[target.id] else {
                throw SkeinError(.permission, doing: doing, cause: "the certificate of \(target.name) is not known yet")
            }
            grants[target.id] = Grant.issue(image: image, key: key, to: certificate.peer, by: identity)
        }
        plane.post { plane in plane.transfer(for: image) { $0?.take(terms) } }
        let orders = Orders(
            pipeline: pipeline, source: view.own, image: image, publisher: publisherChain, grants: grants,
            terms: terms)
        return Plan(
            orders: orders, dispatch: dispatch(orders, to: targets.count { !$0.isSelf }))
    }

    private func dispatch(_ orders: Orders, to count: Int) -> OrderDispatch {
        let (workers, plane, membership) = (workers, plane, membership)
        return OrderDispatch(expected: count) { targets, ledger in
            let signed = try? await workers.run {
                orders.signed(for: targets, by: membership.identity, issued: WallClock.unixSeconds())
            }
            let sender = OrderSender(issuer: membership.siteFile.chain, ledger: ledger, ask: plane.orders)
            await sender.send(signed ?? [])
        }
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
    /// Orders that are given at about the same time go out together (``OrderSender``).
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
        let outcome = try await plan.dispatch.install(at: target) { progress in
            ordered.moved(plan.image, at: target, progress, now: MonotonicClock.now())
            onProgress(progress)
        }
        isDone = true
        return outcome
    }
}
