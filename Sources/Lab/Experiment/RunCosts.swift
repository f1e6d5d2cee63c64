/// Processor time and memory of the peers of a run, by the kernel's accounting; of those that die, until just before.
struct RunCosts: Sendable {
    private var processes: [Int32?]
    private var before: [Double]
    private(set) var processorSeconds: Double = 0
    private(set) var peakResidentBytes: Int64 = 0

    init(processes: [Int32?]) {
        self.processes = processes
        before = processes.map { $0.flatMap { ProcessFigures(process: $0, readsMemory: false)?.processorSeconds } ?? 0 }
    }

    /// A peer that started during the run counts from its beginning.
    mutating func started(_ process: Int32, at host: Int) {
        processes[host] = process
        before[host] = 0
    }

    mutating func beforeDeath(of action: EventPlan.Action) {
        switch action {
        case .kill(let host):
            take(host)
            processes[host] = nil
        case .stop, .cut, .shape: break
        }
    }

    /// Takes the figures of all that still run.
    mutating func finish() {
        for host in processes.indices { take(host) }
        processes = []
    }

    private mutating func take(_ host: Int) {
        guard let process = processes[host], let figures = ProcessFigures(process: process) else { return }
        processorSeconds += max(0, figures.processorSeconds - before[host])
        peakResidentBytes = max(peakResidentBytes, figures.peakResidentBytes)
    }
}
