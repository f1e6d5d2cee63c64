package import Basics
import NIOConcurrencyHelpers

/// Which of some orders have not ended, and the requests that are under way for them.
package final class OrderLedger: Sendable {
    private struct State {
        var open: Set<PeerID>
        var requests: [Int: (targets: [PeerID], task: Task<Void, Never>)] = [:]
        var lastRequest = 0
    }

    private let state: NIOLockedValueBox<State>
    private let onNews: @Sendable (PeerID, OrderNews.State) -> Void

    package init(_ targets: [PeerID], onNews: @escaping @Sendable (PeerID, OrderNews.State) -> Void) {
        state = NIOLockedValueBox(State(open: Set(targets)))
        self.onNews = onNews
    }

    package func isOpen(_ target: PeerID) -> Bool { state.withLockedValue { $0.open.contains(target) } }

    /// Passes on what came; each order ends once, whoever tells of it.
    package func take(_ news: OrderNews.State, of target: PeerID) {
        let isNew = state.withLockedValue { state in
            news.isEnd ? state.open.remove(target) != nil : state.open.contains(target)
        }
        if isNew { onNews(target, news) }
    }

    /// A request is under way; it is cancelled when nobody wants any of its targets any more.
    func began(_ task: Task<Void, Never>, for targets: [PeerID]) {
        let isWanted = state.withLockedValue { state in
            state.lastRequest += 1
            state.requests[state.lastRequest] = (targets, task)
            return targets.contains(where: state.open.contains)
        }
        if !isWanted { task.cancel() }
    }

    /// Some orders are taken back: nothing more is told of them.
    package func drop(_ targets: [PeerID]) {
        let unwanted = state.withLockedValue { state in
            state.open.subtract(targets)
            let dropped = Set(targets)
            return state.requests.values.filter { request in
                request.targets.contains(where: dropped.contains)
                    && !request.targets.contains(where: state.open.contains)
            }
        }
        for request in unwanted { request.task.cancel() }
    }

    /// All is over: who was given up need not carry on passing things on.
    package func close() {
        let requests = state.withLockedValue { state in
            state.open = []
            defer { state.requests = [:] }
            return state.requests.values.map(\.task)
        }
        for request in requests { request.cancel() }
    }
}
