import Basics
import Glibc

/// The monotonic clock of the shell; cores get its instants as arguments.
enum MonotonicClock {
    static func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}

/// The clock on the wall, for certificates and for people.
enum WallClock {
    @Sendable static func unixSeconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UInt64(max(0, time.tv_sec))
    }

    /// Seconds since 1970, with what is below a second.
    static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// The wall's time at an instant of the monotonic clock.
    static func at(_ instant: Instant) -> Double { now() - (MonotonicClock.now() - instant).inSeconds }
}
