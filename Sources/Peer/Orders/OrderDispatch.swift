package import Basics
import NIOConcurrencyHelpers

/// The orders of one install: given one by one, sent together, each answered for itself.
package final class OrderDispatch: Sendable {
    private struct Waiter {
        let onProgress: @Sendable (InstallProgress) -> Void
        let continuation: CheckedContinuation<InstallOutcome, any Error>
    }

    private struct State {
        var waiters: [PeerID: Waiter] = [:]
        /// Given and not sent, in any order.
        var gathered: [PeerID] = []
        var isGathering = false
        /// What was sent together, in the order of sending.
        var ledgers: [OrderLedger] = []
    }

    private let state = NIOLockedValueBox(State())
    /// Orders that will be given.
    private let expected: Int
    private let start: @Sendable (_ targets: [PeerID], _ ledger: OrderLedger) async -> Void

    /// - Parameters:
    ///   - expected: when so many were given nothing more is waited for.
    ///   - start: signs and sends orders and returns when all have ended.
    package init(expected: Int, start: @escaping @Sendable (_ targets: [PeerID], _ ledger: OrderLedger) async -> Void) {
        self.expected = expected
        self.start = start
    }

    /// Gives an order and waits for its end; cancelling the task takes it back.
    package func install(
        at target: PeerID, onProgress: @escaping @Sendable (InstallProgress) -> Void
    ) async throws -> InstallOutcome {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                give(target, Waiter(onProgress: onProgress, continuation: continuation))
                if Task.isCancelled { takeBack(target) }
            }
        } onCancel: {
            takeBack(target)
        }
    }

    private func give(_ target: PeerID, _ waiter: Waiter) {
        let (earlier, isFull, begins) = state.withLockedValue { state in
            let earlier = state.waiters.updateValue(waiter, forKey: target)
            state.gathered.append(target)
            defer { state.isGathering = true }
            return (earlier, state.gathered.count >= expected, !state.isGathering)
        }
        earlier?.continuation.resume(throwing: CancellationError())
        if isFull { return send() }
        guard begins else { return }
        Task {
            try? await Task.sleep(for: PeerLimits.orderGathering)
            self.send()
        }
    }

    private func send() {
        let ledgerAndTargets: (OrderLedger, [PeerID])? = state.withLockedValue { state in
            state.isGathering = false
            guard !state.gathered.isEmpty else { return nil }
            defer { state.gathered = [] }
            let ledger = OrderLedger(state.gathered) { [self] in take($1, of: $0) }
            state.ledgers.append(ledger)
            return (ledger, state.gathered)
        }
        guard let (ledger, targets) = ledgerAndTargets else { return }
        let start = start
        Task {
            await start(targets, ledger)
            ledger.close()
            self.state.withLockedValue { $0.ledgers.removeAll { $0 === ledger } }
            for target in targets {
                self.end(
                    target,
                    .failure(
                        SkeinError(.internal, doing: "ordering an install", cause: "no word of what became of it")))
            }
        }
    }

    private func take(_ news: OrderNews.State, of target: PeerID) {
        switch news {
        case .moved(let progress): state.withLockedValue { $0.waiters[target] }?.onProgress(progress)
        case .done(let outcome): end(target, .success(outcome))
        case .failed(let error): end(target, .failure(error))
        }
    }

    private func takeBack(_ target: PeerID) {
        let ledgers = state.withLockedValue { state in
            state.gathered.removeAll { $0 == target }
            return state.ledgers
        }
        // First: when the last order is dropped all is over, and who still waits then is told that nothing is known.
        end(target, .failure(CancellationError()))
        for ledger in ledgers { ledger.drop([target]) }
    }

    private func end(_ target: PeerID, _ result: Result<InstallOutcome, any Error>) {
        state.withLockedValue { $0.waiters.removeValue(forKey: target) }?.continuation.resume(with: result)
    }
}
