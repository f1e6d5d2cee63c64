import Glibc
import NIOCore
import NIOPosix

/// The bounded threads on which files, databases, compression and hashing of whole chunks run.
///
/// Those that store what arrives yield to the event loop: its turns take a fraction of a millisecond and other hosts wait
/// for what it passes on, while a batch of chunks takes many and nobody waits for it.
struct WorkerPool: Sendable {
    private let pool: NIOThreadPool
    private let niceness: Int32
    /// That of the thread that starts the peer.
    private static let ownNiceness = getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0)

    /// - Parameter niceness: added to that of the peer. Processes that work starts have it too.
    init(threads: Int, niceness: Int32 = 0) {
        pool = NIOThreadPool(numberOfThreads: threads)
        self.niceness = niceness
        pool.start()
    }

    /// Runs blocking work and answers in the caller's task.
    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await pool.runIfActive(yielding(work))
    }

    /// Runs blocking work that looks at a flag, which is set when the task is cancelled.
    func runCancellable<Value: Sendable>(
        _ flag: CancellationFlag, _ work: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withTaskCancellationHandler {
            try await run(work)
        } onCancel: {
            flag.set()
        }
    }

    /// Runs blocking work and answers on an event loop, on which it is called.
    func run<Value: Sendable>(
        on loop: any EventLoop, _ work: @escaping @Sendable () throws -> Value,
        then: @escaping (Result<Value, any Error>) -> Void
    ) {
        pool.runIfActive(eventLoop: loop, yielding(work)).assumeIsolated().whenComplete(then)
    }

    func shutDown() async {
        try? await pool.shutdownGracefully()
    }

    private func yielding<Value>(_ work: @escaping @Sendable () throws -> Value) -> @Sendable () throws -> Value {
        guard niceness > 0 else { return work }
        let wanted = Self.ownNiceness + niceness
        return {
            // Of this thread alone: in Linux each has a priority of its own. Where it is set already nothing changes.
            _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, wanted)
            return try work()
        }
    }
}
