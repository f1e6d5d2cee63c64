/// A host in virtual time.
struct SimulatedHost {
    enum State: UInt8 {
        /// Its peer starts later.
        case late
        case running
        case killed
        case stopped
    }

    var state: State
    /// When its processor and its disk have done what they were given.
    var processorFree: Int64 = 0
    var diskFree: Int64 = 0
    var isTicking = false

    var isRunning: Bool { state == .running }
    /// Its kernel answers, whatever became of the process.
    var isThere: Bool { state == .running || state == .stopped }
}
