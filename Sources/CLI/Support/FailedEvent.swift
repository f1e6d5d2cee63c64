import Peer
import Synchronization

/// The last event of an operation that failed, kept for what it says of the part that succeeded.
final class FailedEvent: Sendable {
    private let stored = Mutex<ControlEvent?>(nil)

    func set(_ event: ControlEvent) { stored.withLock { $0 = event } }
    var event: ControlEvent? { stored.withLock { $0 } }
}
