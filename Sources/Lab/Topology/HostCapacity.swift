public import Basics

/// What the nodes of a host may use; what is nil is what the host has free.
public struct HostCapacity: Hashable, Sendable {
    public var memory: ByteCount?
    public var vcpus: Int?

    public init(memory: ByteCount? = nil, vcpus: Int? = nil) {
        self.memory = memory
        self.vcpus = vcpus
    }
}
