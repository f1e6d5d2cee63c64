/// Reads phase lines out of a stream of bytes that a guest writes.
///
/// Total: any bytes in any pieces give the same reports; memory is bounded by one line.
public struct ReadyLogParser: Sendable {
    private var line: [UInt8] = []
    private var isTooLong = false
    /// Lines that were no phase lines, or too long.
    public private(set) var ignoredLines = 0

    public init() {}

    /// The reports of the lines that end within these bytes.
    public mutating func consume(_ bytes: some Collection<UInt8>) -> [PhaseReport] {
        var reports: [PhaseReport] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                if let report = finishLine() { reports.append(report) }
            } else if line.count < LauncherLimits.readyLineBytes {
                line.append(byte)
            } else {
                isTooLong = true
            }
        }
        return reports
    }

    private mutating func finishLine() -> PhaseReport? {
        defer {
            line.removeAll(keepingCapacity: true)
            isTooLong = false
        }
        if !isTooLong, let report = PhaseReport(line: line) { return report }
        if isTooLong || !line.isEmpty { ignoredLines += 1 }
        return nil
    }
}
