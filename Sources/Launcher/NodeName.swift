public import Basics

/// The name of a node (a VM): its cluster and its name in the cluster, both host name labels.
public struct NodeName: Hashable, Comparable, Sendable {
    public let cluster: String
    public let node: String

    /// Fails on a name that is not a label (letters, digits, `-` and `_`, at most 63, the first a letter or digit).
    public init(cluster: String, node: String) throws(SkeinError) {
        try NodeName.check(cluster, what: "cluster")
        try NodeName.check(node, what: "node")
        self.cluster = cluster
        self.node = node
    }

    /// The node a domain name stands for, or nil when the domain is none of ours.
    public init?(domainName: String) {
        let labels = domainName.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count == 2 else { return nil }
        guard NodeName.isLabel(labels[0]), NodeName.isLabel(labels[1]) else { return nil }
        cluster = String(labels[0])
        node = String(labels[1])
    }

    /// The name of the libvirt domain. Labels hold no dot, so the name is read back without doubt.
    public var domainName: String { "\(cluster).\(node)" }

    public static func < (a: NodeName, b: NodeName) -> Bool {
        (a.cluster, a.node) < (b.cluster, b.node)
    }

    private static func check(_ name: String, what: String) throws(SkeinError) {
        guard isLabel(name) else {
            throw SkeinError(
                .usage, doing: "naming a node", cause: "'\(name.prefix(80))' is no \(what) name",
                next: "use at most \(FormatLimits.nameBytes) letters, digits, '-' and '_', a letter or digit first")
        }
    }

    private static func isLabel(_ name: some StringProtocol) -> Bool {
        guard (1...FormatLimits.nameBytes).contains(name.utf8.count), let first = name.utf8.first else { return false }
        return isAlphanumeric(first)
            && name.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}

extension NodeName: CustomStringConvertible {
    /// For people: `node n001 of cluster cfd`.
    public var description: String { "node \(node) of cluster \(cluster)" }
}
