import Synchronization

/// Lets one of many threads do something once.
final class Copies: Sendable {
    private let taken = Mutex(false)

    func isFirst() -> Bool {
        taken.withLock { taken in
            defer { taken = true }
            return !taken
        }
    }
}
