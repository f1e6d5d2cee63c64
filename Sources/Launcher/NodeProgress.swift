/// What the watcher knows of a node's boot.
public struct NodeProgress: Hashable, Sendable {
    /// The reports in the order in which they came, each phase once: the last report of a phase counts.
    public private(set) var reports: [PhaseReport] = []
    /// How often the guest's first-boot unit ran: more than once when the guest restarted.
    public private(set) var boots = 0
    /// Whether the guest wrote more than it may, and its logs were cut.
    public internal(set) var isFlooding = false

    /// The furthest phase of the present boot, nil before the first sign of life.
    public var phase: GuestPhase? { reports.map(\.phase).max() }

    mutating func take(_ report: PhaseReport) {
        if report.phase == .userspace {
            boots += 1
            // The guest starts over: what it reached before it restarted no longer holds.
            reports.removeAll { $0.phase > .userspace }
        }
        reports.removeAll { $0.phase == report.phase }
        reports.append(report)
    }
}
