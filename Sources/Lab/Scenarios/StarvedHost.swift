import Basics

/// When a host that is starved of processor time runs: short slices with long waits between them.
struct StarvedHost {
    private var random: RandomSource
    /// The wait that runs or comes next; the host runs until it begins.
    private(set) var waitBegins: Int64
    private(set) var waitEnds: Int64
    /// Datagrams that wait in its socket.
    var queued = 0

    /// A slice is as long as a scheduler gives, a wait up to what a host with dozens of waiting programs shows.
    private static let slice: ClosedRange<Int64> = 20_000_000...200_000_000
    private static let wait: ClosedRange<Int64> = 100_000_000...3_000_000_000
    /// What one MiB of receive buffer holds, as the kernel counts.
    static let socketDatagrams = 400

    init(seed: UInt64, now: Int64) {
        random = RandomSource(seed: seed)
        waitBegins = now + Int64.random(in: StarvedHost.slice, using: &random)
        waitEnds = waitBegins + Int64.random(in: StarvedHost.wait, using: &random)
    }

    /// Until when the host waits now, or nil while it runs.
    mutating func waits(at now: Int64) -> Int64? {
        while waitEnds <= now {
            waitBegins = waitEnds + Int64.random(in: StarvedHost.slice, using: &random)
            waitEnds = waitBegins + Int64.random(in: StarvedHost.wait, using: &random)
        }
        return now >= waitBegins ? waitEnds : nil
    }
}
