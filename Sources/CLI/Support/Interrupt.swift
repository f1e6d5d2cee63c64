import Basics
import Dispatch
import Glibc

/// Ctrl-C: the first one cancels the work and lets it clean up, the second one ends the process at once.
enum Interrupt {
    /// The exit code of a process that Ctrl-C ended, as shells have it.
    static let exitCode: Int32 = 130

    /// Runs work in a task that SIGINT or SIGTERM cancels; `onFirst` runs when that happens.
    static func guarding<Value: Sendable>(
        onFirst: @escaping @Sendable () -> Void, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let task = Task { try await work() }
        let count = SignalCount()
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInteractive))
            source.setEventHandler {
                guard count.next() == 1 else { _exit(exitCode) }
                onFirst()
                task.cancel()
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
