import Basics
import ImageStore
import Pipeline

/// Says how an image flows through this peer.
struct FlowAnswerer: Sendable {
    let store: LocalStore
    let workers: WorkerPool
    let plane: DataPlaneHandle
    let installs: InstallService
    private let pressure = ProcessorPressure()

    init(store: LocalStore, workers: WorkerPool, plane: DataPlaneHandle, installs: InstallService) {
        self.store = store
        self.workers = workers
        self.plane = plane
        self.installs = installs
    }

    func answer(_ call: FlowCall) async throws -> FlowAnswer {
        guard let image = ImageID(hex: call.image) else {
            throw SkeinError(.usage, doing: "telling how an image flows", cause: "the request is malformed")
        }
        return try await answer(image)
    }

    func answer(_ image: ImageID) async throws -> FlowAnswer {
        let record = await installs.record(of: image)
        let store = store
        let isUnderWay = record?.hasEnded == false
        let isComplete = try await workers.run { try !isUnderWay && store.isComplete(image) }
        var answer = FlowAnswer(state(record, isComplete: isComplete))
        if let record {
            answer.bytes = record.bytes
            answer.total = record.total
            answer.reason = record.reason
            let end = record.hasEnded ? record.finished : MonotonicClock.now()
            answer.elapsed = end.map { ($0 - record.started).inSeconds }
        }
        guard let standing = try await plane.standing(ofFlow: image) else { return answer }
        answer.inRate = standing.inRate
        answer.outRate = standing.outRate
        answer.parents = standing.parents.map(FlowAnswer.Edge.init)
        answer.children = standing.children.map(FlowAnswer.Edge.init)
        answer.shares = standing.shares
        if isUnderWay || standing.outRate > 0 { answer.shares.pressure = await pressure.share(on: workers) }
        return answer
    }

    private func state(_ record: TransferRecord?, isComplete: Bool) -> FlowState {
        switch record?.state {
        case .receiving: .receiving
        case .assembling: .assembling
        case .done: isComplete ? .done : .nothing
        case .failed: isComplete ? .holder : .failed
        case nil: isComplete ? .holder : .nothing
        }
    }
}

extension FlowAnswer.Edge {
    fileprivate init(_ edge: FlowStanding.Edge) {
        self.init(peer: edge.peer, bytes: edge.bytes, rate: edge.rate, stripes: edge.stripes)
    }
}

extension DataPlaneHandle {
    /// How an image flows here right now; nil when it is not in use.
    func standing(ofFlow image: ImageID) async throws -> FlowStanding? {
        try await call { plane in plane.knownTransfer(of: image)?.standing(now: plane.now()) }
    }
}
