import Basics
import Dispatch
import Glibc
import Synchronization

/// Ctrl-C: the first one cancels the work and lets it clean up, the second one ends the process at once.
///
/// `timeout` and others signal a process and then its group, so that each signal comes twice within a moment: that counts as
/// one.
enum Interrupt {
    /// The exit code of a process that Ctrl-C ended, as shells have it.
    static let exitCode: Int32 = 130

    /// Runs work in a task that SIGINT or SIGTERM cancels; `onFirst` runs when that happens.
    static func guarding<Value: Sendable>(
        onFirst: @escaping @Sendable () -> Void, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let task = Task { try await work() }
        let first = FirstSignal()
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInteractive))
            source.setEventHandler {
                switch first.came(at: .now) {
                case .first:
                    onFirst()
                    task.cancel()
                case .same: break
                case .another: _exit(exitCode)
                }
            }
            source.resume()
            return source
        }
        defer {
            for source in sources { source.cancel() }
            // Cleaning up after a first Ctrl-C may still be ended by a second one.
            for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
        }
        return try await task.value
    }
}

/// When the first signal came; from any thread.
private final class FirstSignal: Sendable {
    enum Coming { case first, same, another }

    private let time = Mutex<ContinuousClock.Instant?>(nil)

    private static let moment: Duration = .milliseconds(300)

    func came(at now: ContinuousClock.Instant) -> Coming {
        time.withLock { time in
            guard let first = time else {
                time = now
                return .first
            }
            return now - first < Self.moment ? .same : .another
        }
    }
}
