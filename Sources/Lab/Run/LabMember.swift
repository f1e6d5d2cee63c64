/// A peer as another peer sees it: what `skein peers --json` says of it.
public struct LabMember: Codable, Sendable, Hashable {
    public let name: String
    /// `alive`, `suspect`, `dead` or `left`.
    public let state: String

    public init(name: String, state: String) {
        self.name = name
        self.state = state
    }

    var isAlive: Bool { state == "alive" }
}
