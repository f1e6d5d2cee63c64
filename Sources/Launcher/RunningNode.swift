public import Basics

/// A node that the hypervisor runs now.
public struct RunningNode: Hashable, Sendable {
    public let name: NodeName
    public let uuid: DomainUUID
    public let memory: ByteCount
    public let vcpus: Int
    /// The processor time the guest took since it started.
    public let processorTime: Duration
    /// False when it is paused, shutting down or crashed.
    public let isRunning: Bool

    public init(
        name: NodeName, uuid: DomainUUID, memory: ByteCount, vcpus: Int, processorTime: Duration, isRunning: Bool
    ) {
        self.name = name
        self.uuid = uuid
        self.memory = memory
        self.vcpus = vcpus
        self.processorTime = processorTime
        self.isRunning = isRunning
    }
}
