import Glibc

/// The processor time that was used, in nanoseconds, and what is left of the machine's.
package enum ProcessorTime {
    /// Of the calling thread since it began.
    static func ofThread() -> Int64 { read(CLOCK_THREAD_CPUTIME_ID) }

    /// Of all threads of this process.
    static func ofProcess() -> Int64 { read(CLOCK_PROCESS_CPUTIME_ID) }

    static let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

    /// The share of the last ten seconds in which somebody on this machine waited for a processor; nil where the kernel
    /// does not say. Reads a file: for workers.
    static func pressure() -> Double? {
        guard let file = fopen("/proc/pressure/cpu", "re") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 128)
        guard fgets(&line, Int32(line.count), file) != nil else { return nil }
        return pressure(inLine: String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
    }

    /// Of `some avg10=41.20 avg60=22.16 avg300=13.74 total=13840614853`.
    package static func pressure(inLine line: String) -> Double? {
        let words = line.split { $0 == " " || $0 == "\n" }
        guard words.first == "some", let word = words.first(where: { $0.hasPrefix("avg10=") }),
            let percent = Double(word.dropFirst(6)), percent >= 0
        else { return nil }
        return min(1, percent / 100)
    }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
