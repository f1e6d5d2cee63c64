import Basics
import NIOConcurrencyHelpers

/// How long ago something last moved on.
final class ProgressClock: Sendable {
    private let state: NIOLockedValueBox<(at: Instant, value: Int64)>

    init() {
        state = NIOLockedValueBox((MonotonicClock.now(), -1))
    }

    /// Counts as progress when the value differs from the last one.
    func touch(_ value: Int64) {
        state.withLockedValue { state in
            if state.value != value { state = (MonotonicClock.now(), value) }
        }
    }

    /// Something moved on, whatever it was.
    func touch() {
        state.withLockedValue { state in state = (MonotonicClock.now(), state.value &+ 1) }
    }

    /// Nothing has moved since this clock was made.
    var isUntouched: Bool { state.withLockedValue { $0.value == -1 } }

    var idle: Duration { MonotonicClock.now() - state.withLockedValue { $0.at } }
}
