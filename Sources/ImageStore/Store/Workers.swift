internal import Basics
internal import Dispatch
internal import Glibc
internal import Synchronization

/// Runs work on all processors and waits for it.
enum Workers {
    /// How many run at once.
    static var count: Int { max(1, min(StoreLimits.workers, sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// Calls `body` once on each of `count` threads, and throws the first error after all have returned.
    static func run(_ body: @Sendable (_ failed: borrowing FirstError) throws(SkeinError) -> Void) throws(SkeinError) {
        let first = FirstError()
        DispatchQueue.concurrentPerform(iterations: count) { _ in
            do throws(SkeinError) { try body(first) } catch { first.set(error) }
        }
        if let error = first.error { throw error }
    }

    /// Calls `body` for every index, in rising order of their beginning; none begins after an error.
    static func forEach(
        _ count: Int, _ body: @Sendable (Int) throws(SkeinError) -> Void
    ) throws(SkeinError) {
        let next = Atomic<Int>(0)
        try run { (failed) throws(SkeinError) in
            while failed.error == nil {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < count else { return }
                try body(index)
            }
        }
    }

    /// The first error of several threads.
    final class FirstError: Sendable {
        private let stored = Mutex<SkeinError?>(nil)
        var error: SkeinError? { stored.withLock { $0 } }
        func set(_ error: SkeinError) { stored.withLock { if $0 == nil { $0 = error } } }
    }
}
