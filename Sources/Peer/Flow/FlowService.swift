import Basics
import Gossip
import ImageStore
import NIOConcurrencyHelpers
import Pipeline

/// Asks all hosts how an image flows through them, and makes one report of it.
struct FlowService: Sendable {
    private let store: LocalStore
    private let workers: WorkerPool
    private let plane: DataPlaneHandle
    private let gossip: GossipHandle
    private let installs: InstallService
    private let answerer: FlowAnswerer
    /// The plan that was predicted last: who looks on asks once a second.
    private let predicted = NIOLockedValueBox<(inputs: PlanInputs, plan: PlanPrediction?)?>(nil)

    init(
        store: LocalStore, workers: WorkerPool, plane: DataPlaneHandle, gossip: GossipHandle, installs: InstallService
    ) {
        self.store = store
        self.workers = workers
        self.plane = plane
        self.gossip = gossip
        self.installs = installs
        answerer = FlowAnswerer(store: store, workers: workers, plane: plane, installs: installs)
    }

    /// - Throws: `SkeinError` of code `notFound` when no host is known to have the image.
    func report(_ reference: String) async throws -> FlowReport {
        let view = try await gossip.view()
        let (image, name) = try await resolve(reference, view)
        let members = await ask(view, image)
        guard members.contains(where: { $0.answer.map { $0.state != .nothing } ?? false }) else {
            throw SkeinError(
                .notFound, doing: "looking how image \(reference) flows",
                cause: "no host that answers has it or is getting it",
                next: "skein image ls lists the images of this host, skein peers the hosts")
        }
        let receiver = members.first { $0.answer?.state == .receiving }?.peer
        let plan = await prediction(image, receiver: receiver, own: view.own)
        return FlowMerge(members, plan: plan).report(of: image, name: name)
    }

    /// The image that is meant: one of this host's store, or one that another host says that it holds.
    private func resolve(_ reference: String, _ view: ClusterView) async throws -> (ImageID, name: String?) {
        let store = store
        do {
            return try await workers.run {
                let image = try store.resolve(reference)
                return (image, try? store.summary(of: image).name)
            }
        } catch let error as SkeinError where error.code == .notFound {
            let prefix = reference.lowercased()
            var found = Set(view.alive.flatMap { $0.pulse?.holdings ?? [] }.filter { $0.description.hasPrefix(prefix) })
            if let whole = ImageID(hex: prefix) { found.insert(whole) }
            guard prefix.count >= Self.leastPrefix, let image = found.first, found.count == 1 else {
                throw SkeinError(
                    .notFound, doing: "looking how image \(reference) flows",
                    cause: "this host knows no image of that name",
                    next: "ask at a host that has it, or give the first \(Self.leastPrefix) digits of its ImageID: "
                        + "skein image ls lists them there")
            }
            return (image, nil)
        }
    }

    /// So many digits name an image that only others know.
    private static let leastPrefix = 8

    // MARK: Asking

    /// Asks every host that is alive, some at a time, each and all within a time.
    private func ask(_ view: ClusterView, _ image: ImageID) async -> [FlowMerge.Member] {
        let deadline = ContinuousClock.now + .seconds(PeerLimits.flowSecondsInAll)
        return await withTaskGroup(of: FlowMerge.Member.self) { group in
            var waiting = view.alive.prefix(PeerLimits.flowHosts)[...]
            var members: [FlowMerge.Member] = []
            func addNext() {
                guard let next = waiting.popFirst() else { return }
                group.addTask { await self.ask(next, image, until: deadline) }
            }
            for _ in 0..<PeerLimits.flowAsks { addNext() }
            for await member in group {
                members.append(member)
                addNext()
            }
            return members
        }
    }

    private func ask(_ member: MemberView, _ image: ImageID, until deadline: ContinuousClock.Instant) async
        -> FlowMerge.Member
    {
        let patience = min(.seconds(PeerLimits.flowSeconds), deadline - .now)
        var answer: FlowAnswer?
        if patience > .zero {
            answer = try? await withPatience(patience) { try await self.answer(of: member, image) }
        }
        // A rate that is only known from below is no limit: what flows now may be what it was seen to carry.
        func limit(_ rate: BitRate?, _ errorPercent: UInt8?) -> Int64? {
            errorPercent == nil ? nil : rate.map { $0.bitsPerSecond / 8 }
        }
        let pulse = member.pulse
        return FlowMerge.Member(
            peer: member.id, name: member.name, up: limit(pulse?.upForecast, pulse?.upErrorPercent),
            down: limit(pulse?.downForecast, pulse?.downErrorPercent), answer: answer)
    }

    private func answer(of member: MemberView, _ image: ImageID) async throws -> FlowAnswer {
        if member.isSelf { return try await answerer.answer(image) }
        let bytes = try await plane.request(
            .flow, of: member.id, argument: JSON.encode(FlowCall(image: image.description)))
        guard bytes.count <= PeerLimits.flowAnswerBytes else {
            throw SkeinError(
                .resources, doing: "asking \(member.name) how an image flows",
                cause: "its answer has \(bytes.count) bytes")
        }
        return try JSON.decode(FlowAnswer.self, from: bytes, "an answer about a flow")
    }

    // MARK: The plan

    /// What the plan promises that this host knows, or one of those that receive; nil when neither does.
    private func prediction(_ image: ImageID, receiver: PeerID?, own: PeerID) async -> PlanPrediction? {
        let call = PlanCall(image: image, patience: .zero)
        var bytes = try? await installs.planBody(call)
        if bytes == nil, let receiver, receiver != own {
            bytes = try? await withPatience(.seconds(PeerLimits.flowSeconds)) {
                try await plane.request(.plan, of: receiver, argument: call.encoded())
            }
        }
        guard let bytes, let body = try? PlanBody(decoding: bytes), body.image == image, let base = body.inputs else {
            return nil
        }
        var keeper = PlanKeeper(own: own, inputs: base)
        _ = keeper.take(body.news, now: MonotonicClock.now())
        let inputs = keeper.inputs
        if let known = predicted.withLockedValue({ $0 }), known.inputs == inputs { return known.plan }
        guard let plan = try? await workers.run({ PlanPrediction(inputs) }) else { return nil }
        predicted.withLockedValue { $0 = (inputs, plan) }
        return plan
    }
}
