import Basics
import Glibc
import Synchronization

/// A few threads for calls that block, as those of libvirt do, so that no task ever blocks a thread of Swift's.
///
/// Calls start in the order in which they were asked for. The pool ends with its owner, after the waiting calls.
final class WorkerPool: Sendable {
    private typealias Job = @Sendable () -> Void

    private let queue: JobQueue

    init(threads: Int, waiting: Int) {
        queue = JobQueue(limit: waiting)
        for _ in 0..<max(1, threads) {
            let queue = queue
            HostThread.start { while let job = queue.next() { job() } }
        }
    }

    deinit { queue.close() }

    /// Runs a blocking call on a thread of the pool. Refused with `.resources` when too many wait.
    func run<Value: Sendable>(
        doing: String, _ body: @escaping @Sendable () -> Result<Value, SkeinError>
    ) async throws(SkeinError) -> Value {
        let result: Result<Value, SkeinError> = await withCheckedContinuation { continuation in
            let isTaken = queue.add { continuation.resume(returning: body()) }
            if !isTaken {
                continuation.resume(
                    returning: .failure(
                        SkeinError(.resources, doing: doing, cause: "too many calls wait for the hypervisor")))
            }
        }
        return try result.get()
    }
}

/// The queue of a ``WorkerPool``: a bounded list of jobs and a semaphore that counts them.
private final class JobQueue: Sendable {
    private struct State {
        /// Those before `head` are taken and empty: what a call holds must not outlive it.
        var jobs: [(@Sendable () -> Void)?] = []
        var head = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let limit: Int
    private let available = HostSemaphore()

    init(limit: Int) { self.limit = limit }

    func add(_ job: @escaping @Sendable () -> Void) -> Bool {
        let isTaken = state.withLock { state in
            guard !state.isClosed, state.jobs.count - state.head < limit else { return false }
            state.jobs.append(job)
            return true
        }
        if isTaken { available.signal() }
        return isTaken
    }

    /// The next job, waiting for one; nil when the queue is closed and empty.
    func next() -> (@Sendable () -> Void)? {
        available.wait()
        let job: (@Sendable () -> Void)? = state.withLock { state in
            guard state.head < state.jobs.count else { return nil }
            let job = state.jobs[state.head]
            state.jobs[state.head] = nil
            state.head += 1
            // Their places are removed now and then, not one by one: removing the first of an array moves all.
            if state.head > 64 || state.head == state.jobs.count {
                state.jobs.removeFirst(state.head)
                state.head = 0
            }
            return job
        }
        // Only closing signals without adding: pass it on to the next thread.
        if job == nil { available.signal() }
        return job
    }

    func close() {
        state.withLock { $0.isClosed = true }
        available.signal()
    }
}
