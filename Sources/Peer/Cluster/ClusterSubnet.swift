/// The network that the nodes of one cluster share.
public struct ClusterSubnet: Hashable, Sendable, CustomStringConvertible {
    public let network: ClusterAddress
    public let prefix: Int

    /// 10.88.0.0/16, for files that name none.
    public static let standard = ClusterSubnet(network: ClusterAddress(value: 10 << 24 | 88 << 16), prefix: 16)

    private init(network: ClusterAddress, prefix: Int) {
        self.network = network
        self.prefix = prefix
    }

    /// Parses `10.88.0.0/16`; what is wrong otherwise.
    public static func parse(_ text: String) -> Result<ClusterSubnet, Problem> {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = ClusterAddress(parsing: parts[0]), let prefix = Int(parts[1]) else {
            return .failure(.notASubnet)
        }
        guard ClusterLimits.subnetPrefixes.contains(prefix) else { return .failure(.prefixOutOfRange) }
        let subnet = ClusterSubnet(network: address, prefix: prefix)
        guard address.value & ~subnet.mask == 0 else {
            return .failure(.hostBitsSet(network: ClusterAddress(value: address.value & subnet.mask)))
        }
        guard let first = address.octets.first, first != 0, first != 127, first < 224 else {
            return .failure(.notUnicast)
        }
        return .success(subnet)
    }

    /// Why a text is not a subnet for a cluster.
    public enum Problem: Error, Hashable, Sendable {
        case notASubnet
        case prefixOutOfRange
        case hostBitsSet(network: ClusterAddress)
        case notUnicast
    }

    private var mask: UInt32 { ~0 << UInt32(32 - prefix) }
    private var size: UInt32 { 1 << UInt32(32 - prefix) }

    /// The first address: the hosts' own end of the network.
    public var gateway: ClusterAddress { ClusterAddress(value: network.value + 1) }
    /// How many nodes it has addresses for: all but the network, the gateway and the broadcast address.
    public var nodeCapacity: Int { Int(size) - 3 }
    public var netmask: ClusterAddress { ClusterAddress(value: mask) }

    /// The address of the node with an index; the caller keeps the index under ``nodeCapacity``.
    public func address(ofNode index: Int) -> ClusterAddress {
        precondition(index >= 0 && index < nodeCapacity, "the subnet has no such node")
        return ClusterAddress(value: network.value + 2 + UInt32(index))
    }

    public var description: String { "\(network)/\(prefix)" }
}
