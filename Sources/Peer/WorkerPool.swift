import NIOCore
import NIOPosix

/// The bounded threads on which files, databases, compression and hashing of whole chunks run.
struct WorkerPool: Sendable {
    private let pool: NIOThreadPool

    init(threads: Int) {
        pool = NIOThreadPool(numberOfThreads: threads)
        pool.start()
    }

    /// Runs blocking work and answers in the caller's task.
    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await pool.runIfActive(work)
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
        pool.runIfActive(eventLoop: loop, work).assumeIsolated().whenComplete(then)
    }

    func shutDown() async {
        try? await pool.shutdownGracefully()
    }
}
