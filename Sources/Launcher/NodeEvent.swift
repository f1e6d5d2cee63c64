/// A change in the life of a node, as the hypervisor saw it.
public struct NodeEvent: Hashable, Sendable {
    /// What happened.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case started
        /// The guest turned itself off.
        case shutDown = "shut-down"
        /// Somebody ended it, as ``Hypervisor/destroy(_:)`` does.
        case destroyed
        /// QEMU died or failed.
        case failed
        /// The guest's kernel crashed.
        case crashed
        /// It does not run, but is still there.
        case paused
        /// It runs again.
        case resumed
    }

    public let name: NodeName
    public let uuid: DomainUUID
    public let kind: Kind

    public init(name: NodeName, uuid: DomainUUID, kind: Kind) {
        self.name = name
        self.uuid = uuid
        self.kind = kind
    }

    /// Whether the node is gone after it.
    public var isEnd: Bool {
        switch kind {
        case .shutDown, .destroyed, .failed, .crashed: true
        case .started, .paused, .resumed: false
        }
    }
}
