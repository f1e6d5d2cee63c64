import Synchronization

/// Counts signals from any thread.
final class SignalCount: Sendable {
    private let count = Mutex(0)

    /// The number of this one, from 1.
    func next() -> Int {
        count.withLock {
            $0 += 1
            return $0
        }
    }

    var value: Int { count.withLock { $0 } }
}
