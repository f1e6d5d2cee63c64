import Glibc

/// The processor time that was used, in nanoseconds.
enum ProcessorTime {
    /// Of the calling thread since it began.
    static func ofThread() -> Int64 { read(CLOCK_THREAD_CPUTIME_ID) }

    /// Of all threads of this process.
    static func ofProcess() -> Int64 { read(CLOCK_PROCESS_CPUTIME_ID) }

    static let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
