public import Basics

/// One node (a VM) of a cluster, with everything that is decided before any host is asked.
public struct ClusterNode: Hashable, Sendable {
    /// Its place among all nodes of the cluster, from 0.
    public var index: Int
    /// Its host name.
    public var name: String
    /// The name of its role.
    public var role: String
    public var address: ClusterAddress
    public var vcpus: Int
    public var memory: ByteCount
    public var disk: ByteCount?

    public init(
        index: Int, name: String, role: String, address: ClusterAddress, vcpus: Int, memory: ByteCount,
        disk: ByteCount?
    ) {
        self.index = index
        self.name = name
        self.role = role
        self.address = address
        self.vcpus = vcpus
        self.memory = memory
        self.disk = disk
    }

    /// The hardware address of its interface: locally administered, and a function of the IP address alone, so that
    /// it is the same after every `down` and `up` and unlike every other on the cluster's network.
    public var hardwareAddress: String {
        let octets: [UInt8] = [0x02, 0x53] + address.octets
        return octets.map { Hex.encode([$0]) }.joined(separator: ":")
    }
}
