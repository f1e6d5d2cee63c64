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

    package func state(of lab: String) -> String { "\(stateRoot)/\(lab)" }
    func data(of lab: String) -> String { "\(dataRoot)/\(lab)" }
    /// Assembled copies that do not lie with their stores. No lab has a name with a dot.
    func copies(of lab: String) -> String { "\(dataRoot)/\(lab).copies" }
    /// Images that an experiment makes, to distribute them.
    func images(of lab: String) -> String { "\(dataRoot)/\(lab).images" }
    func record(of lab: String) -> String { "\(state(of: lab))/lab.json" }
    /// Is there once all peers have started: then they join.
    func gate(of lab: String) -> String { "\(state(of: lab))/go" }
    /// Is there while the peer of a host waits for the gate.
    func waiting(_ host: String, of lab: String) -> String { "\(gate(of: lab)).\(host)" }
    func lock(of lab: String) -> String { "\(state(of: lab))/lock" }
}
