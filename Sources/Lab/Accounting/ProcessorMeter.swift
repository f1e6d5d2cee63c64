/// How busy all processors of the machine were between two moments.
struct ProcessorMeter: Sendable {
    private let busy: UInt64
    private let all: UInt64

    /// Reads the counters now.
    init() {
        let text = Files.read("/proc/stat").map { String(decoding: $0, as: UTF8.self) } ?? ""
        let figures = text.prefix { $0 != "\n" }.split(separator: " ").dropFirst().compactMap { UInt64($0) }
        // user nice system idle iowait irq softirq steal; guest time is part of user time.
        all = figures.prefix(8).reduce(0, +)
        busy = all - min(all, figures.count > 4 ? figures[3] + figures[4] : 0)
    }

    /// 0 to 1; nil when no time has passed.
    func busyShare(until later: ProcessorMeter) -> Double? {
        guard later.all > all else { return nil }
        return Double(later.busy - min(busy, later.busy)) / Double(later.all - all)
    }
}
