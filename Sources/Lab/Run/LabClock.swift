import Basics
import Glibc

/// The clock by which peers note what happens: monotonic, and the same in all namespaces of the machine.
enum LabClock {
    static func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}
