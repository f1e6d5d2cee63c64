import Basics
import ImageStore
import NIOConcurrencyHelpers
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
        let cancellation = RequestCancellation()
        let body = RequestBody(method: method.rawValue, argument: argument).encoded()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<[UInt8], any Error>) in
                post { plane in
                    plane.connect(to: peer) { result in
                        switch result {
                        case .failure(let error): continuation.resume(throwing: error)
                        case .success(let session):
                            let stream = session.makeStream()
                            session.requests[stream] = PendingRequest(
                                onEvent: onEvent, onEnd: { continuation.resume(with: $0) })
                            session.send(.request, stream: stream, body: body)
                            cancellation.arm(NIOLoopBound(session, eventLoop: session.channel.eventLoop), stream)
                        }
                    }
                }
            }
        } onCancel: {
            post { _ in cancellation.fire() }
        }
    }

    /// Fetches what an image lacks here, storing and forwarding as it comes, and returns when all of it is durable.
    func receive(
        _ image: ImageID, from candidates: [PeerID], assembler: ImageAssembler?,
        onProgress: @escaping @Sendable (TransferProgress) -> Void
    ) async throws -> TransferProgress {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<TransferProgress, any Error>) in
                post { plane in
                    plane.transfer(for: image) { transfer in
                        guard let transfer, !transfer.isReceiving else {
                            let error = SkeinError(
                                .conflict, doing: "fetching image \(image.short)",
                                cause: transfer == nil ? "its manifest is not here" : "it is being fetched already")
                            return continuation.resume(throwing: error)
                        }
                        let waiter = ReceiveWaiter(onProgress: onProgress, onEnd: { continuation.resume(with: $0) })
                        transfer.receive(from: candidates, assembler: assembler, waiter: waiter)
                    }
                }
            }
        } onCancel: {
            post { $0.transfer(for: image) { $0?.cancelReceiving() } }
        }
    }
}

/// Cancels a request from any thread; it belongs to the event loop once armed.
private final class RequestCancellation: Sendable {
    private let armed = NIOLockedValueBox<(NIOLoopBound<Session>, UInt32)?>(nil)
    private let fired = NIOLockedValueBox(false)

    func arm(_ session: NIOLoopBound<Session>, _ stream: UInt32) {
        armed.withLockedValue { $0 = (session, stream) }
        if fired.withLockedValue({ $0 }) { fire() }
    }

    /// On the event loop.
    func fire() {
        fired.withLockedValue { $0 = true }
        guard let (session, stream) = armed.withLockedValue({ $0 }),
            let request = session.value.requests.removeValue(forKey: stream)
        else { return }
        session.value.send(.cancel, stream: stream)
        request.onEnd(
            .failure(SkeinError(.cancelled, doing: "asking \(session.value.name)", cause: "the request was cancelled")))
    }
}
