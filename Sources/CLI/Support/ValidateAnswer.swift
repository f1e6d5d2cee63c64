import Basics
import Peer

/// The JSON of `skein validate`.
struct ValidateAnswer: Encodable {
    struct Node: Encodable {
        var name: String
        var role: String
        var address: String
        var mac: String
        var vcpus: Int
        var memoryMiB: Int64
    }

    var cluster: String
    var subnet: String
    var images: Int
    var nodes: [Node]

    init(_ spec: ClusterSpec) {
        cluster = spec.name
        subnet = spec.subnet.description
        images = spec.images.count
        nodes = spec.nodes.map {
            Node(
                name: $0.name, role: $0.role, address: $0.address.description, mac: $0.hardwareAddress, vcpus: $0.vcpus,
                memoryMiB: $0.memory.mebibytes)
        }
    }
}
