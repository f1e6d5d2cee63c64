import Synchronization

/// Hands values to any number of readers, each of which may lag behind by a bounded number of values.
///
/// A reader that lags further loses the oldest: readers compare with the state (`list()`, `progress(of:)`) at times.
final class EventRelay<Value: Sendable>: Sendable {
    private struct State {
        var readers: [Int: AsyncStream<Value>.Continuation] = [:]
        var nextReader = 0
        var lost = 0
        var isFinished = false
    }

    private let state = Mutex(State())
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    deinit { finish() }

    /// How many values readers lost because they were slow.
    var lost: Int { state.withLock { $0.lost } }

    /// A new reader: it gets what is sent from now on.
    func stream() -> AsyncStream<Value> {
        let (stream, continuation) = AsyncStream<Value>.makeStream(bufferingPolicy: .bufferingNewest(limit))
        let reader: Int? = state.withLock { state in
            guard !state.isFinished else { return nil }
            defer { state.nextReader += 1 }
            state.readers[state.nextReader] = continuation
            return state.nextReader
        }
        guard let reader else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.readers.removeValue(forKey: reader) }
        }
        return stream
    }

    func send(_ value: Value) {
        let readers = state.withLock { Array($0.readers.values) }
        for reader in readers {
            if case .dropped = reader.yield(value) { state.withLock { $0.lost += 1 } }
        }
    }

    /// Ends all streams, also those asked for later.
    func finish() {
        let readers = state.withLock { state in
            defer { state.readers = [:] }
            state.isFinished = true
            return Array(state.readers.values)
        }
        for reader in readers { reader.finish() }
    }
}
