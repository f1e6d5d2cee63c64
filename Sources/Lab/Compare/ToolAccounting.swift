import Basics
import Glibc

/// Processor time and memory of a tool's processes, by the kernel's own accounting.
///
/// What a process has used is the kernel's account of it and of all its children that it has waited for; the sum over
/// those that run and those that have ended counts everything once.
struct ToolAccounting: Sendable {
    /// Of processes that have ended, with all their children.
    private var endedSeconds: Double = 0
    private var baseline: Double = 0
    private(set) var peakResidentBytes: Int64 = 0
    private let processes: LabProcesses

    init(record: LabRecord) {
        processes = LabProcesses(namespaces: record.namespaces, outside: record.outsideNamespace, id: record.id)
    }

    /// The measured time begins: what was used before does not count.
    mutating func begin() {
        baseline = endedSeconds + runningSeconds()
    }

    /// A process that the lab started has ended.
    mutating func ended(_ usage: rusage) {
        endedSeconds += Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime)
    }

    /// Processes are about to die without anybody who waits for them.
    mutating func lost(_ dying: [Int32]) { endedSeconds += Self.seconds(dying) }

    /// Processor time since ``begin()``.
    func processorSeconds() -> Double { max(0, endedSeconds + runningSeconds() - baseline) }

    /// Looks at what is resident: the kernel keeps each process's peak while it runs. The peak of `wait4` is of no use,
    /// since it holds what the process was before it became the tool.
    mutating func look() {
        for process in processes.running() {
            guard let text = Files.read("/proc/\(process)/status") else { continue }
            let line = String(decoding: text, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
            let figure = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int64($0) }
            peakResidentBytes = max(peakResidentBytes, (figure ?? 0) << 10)
        }
    }

    private func runningSeconds() -> Double { Self.seconds(processes.running()) }

    private static func seconds(_ processes: [Int32]) -> Double {
        let ticks = processes.reduce(UInt64(0)) { $0 + Self.ticks($1) }
        return Double(ticks) / Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
    }

    /// `utime + stime + cutime + cstime` of `/proc/PID/stat`.
    private static func ticks(_ process: Int32) -> UInt64 {
        guard let bytes = Files.read("/proc/\(process)/stat") else { return 0 }
        // The name in parentheses may hold anything: the state follows the last parenthesis.
        let rest = String(decoding: bytes, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
        guard rest.count > 14 else { return 0 }
        return rest[11...14].reduce(0) { $0 + (UInt64($1) ?? 0) }
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
}
