package import Basics
import NIOConcurrencyHelpers

/// Tells who sent a bundle what becomes of its orders: ends at once, how far they are now and then.
package final class OrderReporter: Sendable {
    private struct State {
        /// By place: the last that was not told.
        var moved: [Int: InstallProgress] = [:]
        var told: Instant
        /// By place, of all that have ended.
        var ends: [Int: OrderNews.State] = [:]
    }

    private let places: [PeerID: Int]
    private let state: NIOLockedValueBox<State>
    private let emit: @Sendable ([UInt8]) -> Void

    package init(_ targets: [PeerID], emit: @escaping @Sendable ([UInt8]) -> Void) {
        places = Dictionary(targets.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        state = NIOLockedValueBox(State(told: MonotonicClock.now()))
        self.emit = emit
    }

    package func take(_ news: OrderNews.State, of target: PeerID) {
        guard let place = places[target] else { return }
        switch news {
        // One alone is told as it comes: it has its pauses already.
        case .moved(let progress) where places.count > 1:
            state.withLockedValue { $0.moved[place] = progress }
        case .moved: emit(OrderNews.encode([OrderNews(place: place, state: news)]))
        case .done, .failed:
            state.withLockedValue { state in
                state.moved[place] = nil
                state.ends[place] = news
                state.told = MonotonicClock.now()
            }
            emit(OrderNews.encode([OrderNews(place: place, state: news)]))
        }
    }

    /// What became of all that have ended: events may be lost, the answer is not.
    package var answer: [UInt8] {
        let ends = state.withLockedValue { $0.ends }
        return OrderNews.encode(ends.sorted { $0.key < $1.key }.map { OrderNews(place: $0.key, state: $0.value) })
    }

    /// Tells until it is cancelled how far all are, at most once in a pause, and at least that somebody is here.
    package func keepTelling(pause: Duration) async {
        let pause = min(pause, PeerLimits.orderHeartbeat)
        while true {
            do { try await Task.sleep(for: pause) } catch { return }
            let now = MonotonicClock.now()
            let news: [OrderNews]? = state.withLockedValue { state in
                guard !state.moved.isEmpty || now - state.told >= PeerLimits.orderHeartbeat else { return nil }
                defer { state.moved = [:] }
                state.told = now
                return state.moved.sorted { $0.key < $1.key }
                    .map { OrderNews(place: $0.key, state: .moved($0.value)) }
            }
            if let news { emit(OrderNews.encode(news)) }
        }
    }
}
