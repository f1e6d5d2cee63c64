/// The paths of one node's files: what is where in a node's directory.
public struct NodeFiles: Hashable, Sendable {
    public let directory: String

    public init(directory: String) { self.directory = directory }

    /// The qcow2 overlay that takes the node's writes.
    public var overlay: String { "\(directory)/disk.qcow2" }
    /// The tar that the guest unpacks at its first boot.
    public var seed: String { "\(directory)/seed.tar" }
    /// What the guest's serial console said in this run; `skein logs --boot`.
    public var console: String { "\(directory)/console.log" }
    /// The console before this run, or before it grew beyond its limit.
    public var olderConsole: String { "\(directory)/console.log.1" }
    /// The phase lines of the guest.
    public var ready: String { "\(directory)/ready.log" }

    /// All of them.
    public var all: [String] { [overlay, seed, console, olderConsole, ready] }
}
