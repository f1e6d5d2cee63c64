/// Where labs keep what they must remember and what their peers store.
public struct LabPaths: Sendable, Hashable {
    /// Holds one directory per lab with its record, sockets, logs and configuration.
    public let stateRoot: String
    /// Holds one directory per lab with the peers' stores.
    public let dataRoot: String

    public init(stateRoot: String = "/run/skein-lab", dataRoot: String = "/var/tmp/skein-lab") {
        self.stateRoot = stateRoot
        self.dataRoot = dataRoot
    }

    func state(of lab: String) -> String { "\(stateRoot)/\(lab)" }
    func data(of lab: String) -> String { "\(dataRoot)/\(lab)" }
    func record(of lab: String) -> String { "\(state(of: lab))/lab.json" }
    func lock(of lab: String) -> String { "\(state(of: lab))/lock" }
}
