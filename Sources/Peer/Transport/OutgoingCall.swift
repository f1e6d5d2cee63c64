import Basics
import NIOConcurrencyHelpers
import NIOCore

/// One request of ours from the caller's task to its end: answered, failed or cancelled, whichever comes first.
final class OutgoingCall: Sendable {
    private enum State {
        case new
        /// The caller waits, the session is not there yet.
        case waiting(CheckedContinuation<[UInt8], any Error>)
        case sent(CheckedContinuation<[UInt8], any Error>, NIOLoopBound<Session>, stream: UInt32)
        case ended
    }

    private let state = NIOLockedValueBox(State.new)

    func begin(_ continuation: CheckedContinuation<[UInt8], any Error>) {
        let isCancelled = state.withLockedValue { state in
            guard case .new = state else { return true }
            state = .waiting(continuation)
            return false
        }
        if isCancelled { continuation.resume(throwing: CancellationError()) }
    }

    /// On the event loop: sends the request unless it was cancelled while the session was made.
    func send(_ body: [UInt8], on session: Session, onEvent: @escaping @Sendable ([UInt8]) -> Void) {
        let stream = session.makeStream()
        let bound = NIOLoopBound(session, eventLoop: session.channel.eventLoop)
        let isWanted = state.withLockedValue { state in
            guard case .waiting(let continuation) = state else { return false }
            state = .sent(continuation, bound, stream: stream)
            return true
        }
        guard isWanted else { return }
        session.requests[stream] = PendingRequest(onEvent: onEvent, onEnd: { self.end($0) })
        session.send(.request, stream: stream, body: body)
    }

    func end(_ result: Result<[UInt8], SkeinError>) {
        take()?.continuation.resume(with: result.mapError { $0 as any Error })
    }

    /// On the event loop.
    func cancel() {
        guard let (continuation, sent) = take() else { return }
        if let (session, stream) = sent {
            session.value.requests[stream] = nil
            session.value.send(.cancel, stream: stream)
        }
        continuation.resume(throwing: CancellationError())
    }

    private func take() -> (
        continuation: CheckedContinuation<[UInt8], any Error>, sent: (NIOLoopBound<Session>, UInt32)?
    )? {
        state.withLockedValue { state in
            defer { state = .ended }
            switch state {
            case .new, .ended: return nil
            case .waiting(let continuation): return (continuation, nil)
            case .sent(let continuation, let session, let stream): return (continuation, (session, stream))
            }
        }
    }
}
