public import Basics

/// A kind of node: how many, how large, and what its image holds.
public struct ClusterRole: Hashable, Sendable {
    public var name: String
    public var count: Int
    public var vcpus: Int
    public var memory: ByteCount
    /// The size of a node's disk; nil for the size of the image.
    public var disk: ByteCount?
    /// `count` host names.
    public var nodeNames: [String]
    /// What all roles share followed by what this role adds.
    public var image: ClusterImage
    public var logins: [ClusterLogin]

    public init(
        name: String, count: Int, vcpus: Int, memory: ByteCount, disk: ByteCount?, nodeNames: [String],
        image: ClusterImage, logins: [ClusterLogin]
    ) {
        self.name = name
        self.count = count
        self.vcpus = vcpus
        self.memory = memory
        self.disk = disk
        self.nodeNames = nodeNames
        self.image = image
        self.logins = logins
    }
}
