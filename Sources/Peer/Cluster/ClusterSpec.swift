public import Basics
import StrictYAML

/// A cluster file, read and checked: everything that `skein up` can decide without asking a host.
///
/// Reading is strict: an unknown key, an impossible size or a name used twice is a `.usage` error that names the line.
/// Keys that belong to the language and are not built yet are refused as such.
public struct ClusterSpec: Hashable, Sendable {
    public let name: String
    public let base: ClusterBase
    /// In the order of the file; at least one.
    public let roles: [ClusterRole]
    public let subnet: ClusterSubnet
    public let hosts: ClusterHosts
    public let readiness: ClusterReadiness
    /// All nodes, role by role in the order of the file; at least one. A node's index is its place in this list.
    public let nodes: [ClusterNode]

    init(
        name: String, base: ClusterBase, roles: [ClusterRole], subnet: ClusterSubnet, hosts: ClusterHosts,
        readiness: ClusterReadiness
    ) {
        self.name = name
        self.base = base
        self.roles = roles
        self.subnet = subnet
        self.hosts = hosts
        self.readiness = readiness
        var nodes: [ClusterNode] = []
        for role in roles {
            for nodeName in role.nodeNames {
                let index = nodes.count
                nodes.append(
                    ClusterNode(
                        index: index, name: nodeName, role: role.name, address: subnet.address(ofNode: index),
                        vcpus: role.vcpus, memory: role.memory, disk: role.disk))
            }
        }
        self.nodes = nodes
    }

    /// Reads a cluster file.
    ///
    /// - Parameters:
    ///   - text: the file's text; it may be hostile.
    ///   - file: the file's name, for messages.
    ///   - sources: the content of every path that ``sources(in:file:)`` lists, by the path as written.
    /// - Throws: `.usage` with file, line and column.
    public static func parse(
        _ text: String, file: String, sources: [String: SourceFile]
    ) throws(SkeinError) -> ClusterSpec {
        var reader = ClusterSpecReader(sources: sources)
        return try reader.read(try YAMLValue.parse(text, file: file))
    }

    /// The images that the roles need, each once, in the order of their first role.
    public var images: [ClusterImage] {
        var images: [ClusterImage] = []
        for role in roles where !images.contains(role.image) { images.append(role.image) }
        return images
    }

    /// The role with a name.
    public func role(named name: String) -> ClusterRole? { roles.first { $0.name == name } }

    /// The text of `/etc/hosts`: the same on every node, and a node's own name stands on its address.
    public var hostsFile: String {
        var text = "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n"
        for node in nodes { text += "\(node.address)\t\(node.name) \(node.name).\(name)\n" }
        return text
    }
}
