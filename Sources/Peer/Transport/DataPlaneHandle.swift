import Basics
import ImageStore
import NIOCore
import Pipeline
import Trust

/// The data plane for code outside its event loop.
struct DataPlaneHandle: Sendable {
    let loop: any EventLoop
    private let plane: NIOLoopBound<DataPlane>

    /// Called on the event loop.
    init(_ plane: DataPlane) {
        loop = plane.loop
        self.plane = NIOLoopBound(plane, eventLoop: plane.loop)
    }

    /// Runs on the event loop and answers.
    func call<Value: Sendable>(_ body: @escaping @Sendable (DataPlane) throws -> Value) async throws -> Value {
        let plane = plane
        return try await loop.submit { try body(plane.value) }.get()
    }

    /// Runs on the event loop some time.
    func post(_ body: @escaping @Sendable (DataPlane) -> Void) {
        let plane = plane
        loop.execute { body(plane.value) }
    }

    /// Listens for other peers.
    ///
    /// - Throws: `SkeinError` of code `conflict` when the address is taken.
    func listen(_ address: SocketAddress) async throws {
        let plane = plane
        do {
            try await loop.flatSubmit { plane.value.start(listen: address) }.get()
        } catch {
            throw SkeinError(
                .conflict, doing: "listening on \(address)", cause: "\(error)",
                next: "another program may use the port: set `listen:` in the peer's configuration")
        }
    }

    /// Asks another peer and waits for the answer; cancelling the task cancels the request there.
    ///
    /// - Parameter onEvent: called on the event loop for each event before the answer.
    /// - Throws: `SkeinError`: what the other peer answered, or that it was not reached or lost.
    func request(
        _ method: PeerMethod, of peer: PeerID, argument: [UInt8] = [],
        onEvent: @escaping @Sendable ([UInt8]) -> Void = { _ in }
    ) async throws -> [UInt8] {
        let call = OutgoingCall()
        let body = RequestBody(method: method.rawValue, argument: argument).encoded()
        guard body.count <= PeerLimits.messageBytes else {
            throw SkeinError(
                .resources, doing: "asking a peer for \(method.rawValue)",
                cause: "the request has \(body.count) bytes, and \(PeerLimits.messageBytes) are allowed")
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<[UInt8], any Error>) in
                call.begin(continuation)
                post { plane in
                    plane.connect(to: peer) { result in
                        switch result {
                        case .failure(let error): call.end(.failure(error))
                        case .success(let session): call.send(body, on: session, onEvent: onEvent)
                        }
                    }
                }
            }
        } onCancel: {
            post { _ in call.cancel() }
        }
    }

    /// Gives bundles of orders to other peers.
    var orders: OrderSender.Ask {
        { head, bundle, onEvent in try await request(.install, of: head, argument: bundle, onEvent: onEvent) }
    }

    /// What the fetch of an image brought so far, or the last one; nil when the image is not in use here.
    func tally(of image: ImageID) async throws -> TransferTally? {
        try await call { $0.knownTransfer(of: image)?.tally }
    }

    /// The same with the chunks that can be served.
    func standing(of image: ImageID) async throws -> (TransferTally, Bitmap)? {
        try await call { plane in plane.knownTransfer(of: image).map { ($0.tally, $0.exchange.held) } }
    }

    /// Fetches what an image lacks here, storing and forwarding as it comes, and returns when all of it is durable.
    ///
    /// - Parameter terms: what it may take of this host's link.
    func receive(
        _ image: ImageID, _ plan: FetchPlan, assembler: ImageAssembler?, terms: TransferTerms = .usual,
        reportPause: Duration = PeerLimits.progressPause, onProgress: @escaping @Sendable (TransferProgress) -> Void
    ) async throws -> TransferProgress {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation {
                (continuation: CheckedContinuation<TransferProgress, any Error>) in
                post { plane in
                    plane.transfer(for: image) { transfer in
                        guard let transfer, !transfer.isReceiving else {
                            let error = SkeinError(
                                .conflict, doing: "fetching image \(image.short)",
                                cause: transfer == nil ? "its manifest is not here" : "it is being fetched already")
                            return continuation.resume(throwing: error)
                        }
                        transfer.take(terms)
                        var told: Instant?
                        let waiter = ReceiveWaiter(
                            onProgress: { progress in
                                // What is told goes through a task, an actor and the network each time.
                                let now = plane.now()
                                if let told, now - told < reportPause { return }
                                told = now
                                onProgress(progress)
                            }, onEnd: { continuation.resume(with: $0) })
                        transfer.receive(plan, assembler: assembler, waiter: waiter)
                    }
                }
            }
        } onCancel: {
            post { $0.transfer(for: image) { $0?.cancelReceiving() } }
        }
    }
}
