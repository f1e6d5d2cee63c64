/// One thing that `skein doctor` looked at.
public struct DoctorCheck: Hashable, Sendable {
    /// How well it is.
    public enum Verdict: String, Hashable, Sendable, CaseIterable {
        case good
        /// Works, but slower or with less than there could be.
        case warning
        /// Something of Skein cannot work.
        case bad
    }

    public let name: String
    public let verdict: Verdict
    public let finding: String
    /// What to do next; empty when there is nothing to do.
    public let next: String

    public init(_ name: String, _ verdict: Verdict, _ finding: String, next: String = "") {
        self.name = name
        self.verdict = verdict
        self.finding = finding
        self.next = next
    }
}
