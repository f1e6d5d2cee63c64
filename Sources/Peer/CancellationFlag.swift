import NIOConcurrencyHelpers

/// Tells blocking work on a worker thread that nobody waits for it any more.
final class CancellationFlag: Sendable {
    private let value = NIOLockedValueBox(false)

    var isSet: Bool { value.withLockedValue { $0 } }
    func set() { value.withLockedValue { $0 = true } }
}
