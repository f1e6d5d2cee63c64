/// One step of one node, as the watcher tells it.
public struct PhaseUpdate: Hashable, Sendable {
    public let name: NodeName
    public let report: PhaseReport
    /// True when the step was in the log before the watcher looked at it for the first time: after a restart of the
    /// peer the time of this update says nothing about the guest.
    public let isOld: Bool

    public init(name: NodeName, report: PhaseReport, isOld: Bool) {
        self.name = name
        self.report = report
        self.isOld = isOld
    }
}
